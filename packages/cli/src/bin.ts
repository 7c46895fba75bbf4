#!/usr/bin/env node
import { reprise } from './index.ts';

process.exitCode = await reprise(process.argv.slice(2));
