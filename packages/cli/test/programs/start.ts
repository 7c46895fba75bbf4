// Starts a flow under an id: `start.ts <flow> <id> <input as JSON>`.
import * as flows from './flows.ts';

const [name = '', id = '', input = 'null'] = process.argv.slice(2);
const { start } = (
  flows as Record<string, { start(input: unknown, options: object): Promise<{ result(): Promise<unknown> }> }>
)[name] as never as typeof flows.open;
const handle = await start(JSON.parse(input), { id });
console.log(JSON.stringify(await handle.result().catch((error: Error) => error.name)));
