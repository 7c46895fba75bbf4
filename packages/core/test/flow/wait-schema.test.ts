import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { AnswerRefusedError, checkpoint, type StandardSchema, WaitingError, wait } from '../../src/index.ts';
import { gate, type Process, processes, settled, waiting } from '../processes.ts';

interface Decision {
  ok: boolean;
  note: string;
}

const schemas: Record<string, StandardSchema<Decision>> = {
  zod: z.object({ ok: z.boolean(), note: z.string().trim().min(3) }),
  valibot: v.object({ ok: v.boolean(), note: v.pipe(v.string(), v.trim(), v.minLength(3)) }),
};

for (const [name, schema] of Object.entries(schemas)) {
  describe(`a schema of ${name}`, () => {
    const define = ({ reprise }: Process) => reprise.flow('ask', () => wait('decide', { schema }));

    test('gives the flow what it makes of the answer', async () => {
      const process = processes().start();
      const ask = define(process);
      await expect((await ask.start(undefined, { id: 'x' })).result()).rejects.toThrow(WaitingError);
      await process.reprise.waits.answer('x', 'decide', { ok: true, note: '  fine  ' });
      expect(await (await ask.start(undefined, { id: 'x' })).result()).toEqual({ ok: true, note: 'fine' });
      expect((await process.reprise.executions.get('x')).journal[0]?.output).toEqual({ ok: true, note: 'fine' });
    });

    test('refuses an answer while the process runs: it names each part, and the wait stays open', async () => {
      const process = processes().start();
      const { reprise } = process;
      const open = gate();
      const slow = checkpoint('slow', async () => open.promise);
      const ask = reprise.flow('ask', async () => (await Promise.all([wait('decide', { schema }), slow()]))[0]);
      const handle = await ask.start(undefined, { id: 'x' });
      await settled();
      const error = await reprise.waits.answer('x', 'decide', { ok: 'yes', note: 'no' }).catch((e) => e);
      expect(error).toBeInstanceOf(AnswerRefusedError);
      expect(error).toMatchObject({ wait: 'decide', message: expect.stringMatching(/ok: .*note: .*still open/s) });
      await reprise.waits.answer('x', 'decide', { ok: true, note: 'yes' });
      open.resolve();
      expect(await handle.result()).toEqual({ ok: true, note: 'yes' });
    });

    test('refuses an answer right after this process has parked the execution, too', async () => {
      const process = processes().start();
      const { reprise } = process;
      const ask = define(process);
      await expect((await ask.start(undefined, { id: 'x' })).result()).rejects.toThrow(WaitingError);
      await settled();
      await expect(reprise.waits.answer('x', 'decide', 'yes')).rejects.toThrow(AnswerRefusedError);
      await reprise.waits.answer('x', 'decide', { ok: true, note: 'yes' });
      expect(await (await ask.start(undefined, { id: 'x' })).result()).toEqual({ ok: true, note: 'yes' });
    });

    test('refuses an answer of another process when the execution goes on: the wait is open again, with the reason', async () => {
      const all = processes();
      const first = all.start();
      await expect((await define(first).start(undefined, { id: 'x' })).result()).rejects.toThrow(WaitingError);
      first.kill();
      const outside = all.start();
      await outside.reprise.waits.answer('x', 'decide', { ok: 1, note: 'good' });

      const second = all.start();
      const ask = define(second);
      const error = await waiting((await ask.start(undefined, { id: 'x' })).result());
      expect(error.waits).toMatchObject([{ name: 'decide', attempt: 2, refused: expect.stringMatching(/^ok: /) }]);
      expect(await outside.reprise.waits.list()).toMatchObject([
        { attempt: 2, refused: expect.stringMatching(/^ok: /) },
      ]);

      await outside.reprise.waits.answer('x', 'decide', { ok: true, note: 'good' });
      expect(await (await ask.start(undefined, { id: 'x' })).result()).toEqual({ ok: true, note: 'good' });
    });

    test('shows what was refused, and that it was, in a process that comes later', async () => {
      const all = processes();
      for (let refusals = 0; refusals < 3; refusals++) {
        const process = all.start();
        const error = await waiting((await define(process).start(undefined, { id: 'x' })).result());
        expect(error.waits).toMatchObject([{ attempt: refusals + 1 }]);
        process.kill();
        await all.start().reprise.waits.answer('x', 'decide', refusals);
      }
    });
  });
}

test('a wait tells its schema as JSON Schema, where the library can', async () => {
  const { reprise } = processes().start();
  const schema = z.object({ ok: z.boolean() });
  const error = await waiting(reprise.flow('ask', () => wait('decide', { schema }))());
  expect(error.waits[0]?.schema).toMatchObject({
    type: 'object',
    properties: { ok: { type: 'boolean' } },
    required: ['ok'],
  });
});

test('a schema that checks asynchronously is waited for', async () => {
  const { reprise } = processes().start();
  const schema = z.string().refine(async (text) => text.startsWith('o'), 'must begin with o');
  const ask = reprise.flow('ask', () => wait('what', { schema }));
  await expect((await ask.start(undefined, { id: 'x' })).result()).rejects.toThrow(WaitingError);
  await reprise.waits.answer('x', 'what', 'otter');
  expect(await (await ask.start(undefined, { id: 'x' })).result()).toBe('otter');
});

test('a schema that is called is one that is a function', async () => {
  const { reprise } = processes().start();
  const schema = Object.assign(() => {}, {
    '~standard': { version: 1 as const, vendor: 'test', validate: (value: unknown) => ({ value: `${value}!` }) },
  });
  const ask = reprise.flow('ask', () => wait('what', { schema }));
  await expect((await ask.start(undefined, { id: 'x' })).result()).rejects.toThrow(WaitingError);
  await reprise.waits.answer('x', 'what', 'otter');
  expect(await (await ask.start(undefined, { id: 'x' })).result()).toBe('otter!');
});

test('a schema that throws throws at the answer, and the wait stays open', async () => {
  const { reprise } = processes().start();
  let isBroken = true;
  const schema = z.string().refine(() => {
    if (isBroken) throw new Error('broken schema');
    return true;
  });
  const ask = reprise.flow('ask', () => wait('what', { schema }));
  await expect((await ask.start(undefined, { id: 'x' })).result()).rejects.toThrow(WaitingError);
  await expect(reprise.waits.answer('x', 'what', 'otter')).rejects.toThrow('broken schema');
  isBroken = false;
  await reprise.waits.answer('x', 'what', 'otter');
  expect(await (await ask.start(undefined, { id: 'x' })).result()).toBe('otter');
});

test('a schema that throws at the answer of another process fails the execution, which can be gone on with', async () => {
  const all = processes();
  let isBroken = true;
  const schema = z.string().refine(() => {
    if (isBroken) throw new Error('broken schema');
    return true;
  });
  const { reprise } = all.start();
  const ask = reprise.flow('ask', () => wait('what', { schema }));
  await expect((await ask.start(undefined, { id: 'x' })).result()).rejects.toThrow(WaitingError);
  await all.start().reprise.waits.answer('x', 'what', 'otter');
  await expect((await ask.start(undefined, { id: 'x' })).result()).rejects.toThrow('broken schema');
  isBroken = false;
  expect(await (await ask.start(undefined, { id: 'x' })).result()).toBe('otter');
});
