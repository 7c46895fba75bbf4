#!/usr/bin/env node
// Stands beside the build and not in it, so that an install links it before anything is built.
import { reprise } from '../dist/index.js';

process.exitCode = await reprise(process.argv.slice(2));
