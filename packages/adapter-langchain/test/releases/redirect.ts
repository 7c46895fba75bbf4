// Has a program's own imports of LangChain come from another folder: node --import redirect.ts program.ts, with the folder
// in RELEASE. What LangChain imports itself is left alone.
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const LANGCHAIN = /^(@langchain\/|langchain(\/|$))/;
const release = pathToFileURL(join(process.env.RELEASE ?? import.meta.dirname, 'program.js')).href;

registerHooks({
  resolve(specifier, context, next) {
    const isOwn = !context.parentURL?.includes('/node_modules/');
    return next(specifier, isOwn && LANGCHAIN.test(specifier) ? { ...context, parentURL: release } : context);
  },
});
