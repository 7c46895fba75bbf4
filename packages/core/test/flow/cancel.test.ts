import { describe, expect, test } from 'vitest';
import { CancelledError, checkpoint, current, StateError, wait } from '../../src/index.ts';
import { failure, gate, never, processes, settled, waiting } from '../processes.ts';

describe('a running execution', () => {
  test('rejects with CancelledError and its reason, and counts as cancelled', async () => {
    const { reprise, story } = processes().start();
    const f = reprise.flow('f', () => never());
    const handle = await f.start(undefined, { id: 'x' });
    await handle.cancel('not needed any more');
    const error = await failure(handle.result());
    expect(error).toBeInstanceOf(CancelledError);
    expect(error).toMatchObject({ execution: 'x', code: 'REPRISE_CANCELLED' });
    expect(error.message).toBe('Execution x was cancelled: not needed any more');
    expect(await handle.status()).toBe('cancelled');
    expect(story).toEqual(['started', 'cancelled']);
  });

  test('has its signal fired, in the flow and in the checkpoint, with the error as its reason', async () => {
    const { reprise } = processes().start();
    const signals: AbortSignal[] = [];
    const work = checkpoint('work', async () => {
      signals.push(current().signal);
      await never();
    });
    const f = reprise.flow('f', async () => {
      signals.push(current().signal);
      await work();
    });
    const handle = await f.start(undefined);
    await settled();
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
    await handle.cancel();
    await handle.result().catch(() => {});
    for (const { reason } of signals) expect(reason).toBeInstanceOf(CancelledError);
  });

  test('makes no call any more: what comes after rejects, and no body runs', async () => {
    const { reprise } = processes().start();
    const open = gate();
    const made: string[] = [];
    const seen: unknown[] = [];
    const later = checkpoint('later', async () => made.push('later'));
    const f = reprise.flow('f', async () => {
      await open.promise;
      await later().catch((error) => seen.push(error));
    });
    const handle = await f.start(undefined);
    await handle.cancel();
    open.resolve();
    await handle.result().catch(() => {});
    await settled();
    expect(made).toEqual([]);
    expect(seen[0]).toBeInstanceOf(CancelledError);
  });

  test('lets a body that was aborted clean up, and its abort is no failure', async () => {
    const { reprise } = processes().start();
    const cleaned: string[] = [];
    const work = checkpoint('work', async () => {
      const { signal } = current();
      try {
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      } finally {
        cleaned.push('work');
      }
    });
    const f = reprise.flow('f', () => work());
    const handle = await f.start(undefined, { id: 'x' });
    await settled();
    await handle.cancel();
    await handle.result().catch(() => {});
    await settled();
    expect(cleaned).toEqual(['work']);
    expect((await reprise.executions.get('x')).journal).toMatchObject([{ status: 'begun', error: undefined }]);
  });

  test('is over for good: the same id gives CancelledError with its reason, here and elsewhere', async () => {
    const all = processes();
    const first = all.start();
    const f = first.reprise.flow('f', () => never());
    const handle = await f.start(undefined, { id: 'x' });
    await handle.cancel('enough');
    await handle.result().catch(() => {});
    await settled();
    for (const flow of [f, all.start().reprise.flow('f', async () => 'ran')]) {
      const error = await failure((await flow.start(undefined, { id: 'x' })).result());
      expect(error).toBeInstanceOf(CancelledError);
      expect(error.message).toBe('Execution x was cancelled: enough');
    }
  });

  test('can be cancelled twice', async () => {
    const { reprise } = processes().start();
    const handle = await reprise.flow('f', () => never()).start(undefined, { id: 'x' });
    await Promise.all([handle.cancel('one'), handle.cancel('two')]);
    await handle.cancel('three');
    await expect(handle.result()).rejects.toThrow(/one/);
  });

  test('in another process is told within the poll interval', async () => {
    const all = processes();
    const first = all.start({ poll: 1_000 });
    const handle = await first.reprise.flow('f', () => never()).start(undefined, { id: 'x' });
    await all.start().reprise.executions.cancel('x', { reason: 'from afar', by: 'ada' });
    await settled();
    expect(first.story).toEqual(['started']);
    await all.pass(1_000);
    await expect(handle.result()).rejects.toThrow('Execution x was cancelled: from afar');
    expect(await handle.status()).toBe('cancelled');
  });

  test('keeps the outcome of a call that ended well in spite of it', async () => {
    const { reprise } = processes().start();
    const open = gate<string>();
    const work = checkpoint('work', async () => open.promise);
    const handle = await reprise.flow('f', () => work()).start(undefined, { id: 'x' });
    await settled();
    await handle.cancel();
    open.resolve('paid');
    await handle.result().catch(() => {});
    await settled();
    expect((await reprise.executions.get('x')).journal).toMatchObject([{ status: 'completed', output: 'paid' }]);
  });
});

describe('an execution that nobody runs', () => {
  test('that waits is cancelled at once, by its handle', async () => {
    const { reprise, story } = processes().start();
    const handle = await reprise.flow('f', () => wait('approve')).start(undefined, { id: 'x' });
    await waiting(handle.result());
    await settled();
    await handle.cancel('no longer needed');
    expect(await handle.status()).toBe('cancelled');
    expect(await reprise.waits.list()).toEqual([]);
    expect(story).toEqual(['started', 'waiting', 'cancelled']);
    const again = await failure((await reprise.executions.resume('x')).result());
    expect(again.message).toBe('Execution x was cancelled: no longer needed');
  });

  test('and whose flow this process does not know is cancelled, too', async () => {
    const all = processes();
    await waiting(all.start().reprise.flow('f', () => wait('approve'))());
    const outside = all.start().reprise;
    const [{ id } = { id: '' }] = await outside.executions.list();
    await outside.executions.cancel(id);
    expect(await outside.executions.get(id)).toMatchObject({ status: 'cancelled', waits: [] });
  });

  test('that crashed, or failed, is cancelled at once', async () => {
    const all = processes();
    const first = all.start();
    await first.reprise.flow('f', () => never()).start(undefined, { id: 'crashed' });
    await settled();
    first.kill();
    const second = all.start().reprise;
    const fails = second.flow('fails', async () => {
      throw new Error('x');
    });
    await failure((await fails.start(undefined, { id: 'failed' })).result());
    await settled();
    for (const id of ['crashed', 'failed']) {
      await second.executions.cancel(id);
      expect(await second.executions.get(id)).toMatchObject({ status: 'cancelled' });
    }
  });

  test('that has completed cannot be: it says so', async () => {
    const { reprise } = processes().start();
    const handle = await reprise.flow('f', async () => 1).start(undefined, { id: 'x' });
    await handle.result();
    for (const cancel of [reprise.executions.cancel('x'), handle.cancel()]) {
      const error = await failure(cancel);
      expect(error).toBeInstanceOf(StateError);
      expect(error.message).toBe('Execution x has completed; there is nothing to cancel.');
    }
    expect(await handle.status()).toBe('completed');
  });
});

test('why it was cancelled is shown with the execution', async () => {
  const { reprise } = processes().start();
  const f = reprise.flow('f', () => wait('approve'));
  await waiting((await f.start(undefined, { id: 'parked' })).result());
  const g = reprise.flow('g', () => never());
  await g.start(undefined, { id: 'running' });
  await settled();
  for (const id of ['parked', 'running']) {
    await reprise.executions.cancel(id, { reason: 'budget' });
    await settled();
    const { error } = await reprise.executions.get(id);
    expect(error).toEqual({ name: 'CancelledError', message: `Execution ${id} was cancelled: budget` });
  }
});
