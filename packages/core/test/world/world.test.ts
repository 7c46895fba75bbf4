import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { realWorld } from '../../src/world/world.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const DAY_MS = 86_400_000;

test('a timer of more days than one of Node takes goes off on its day, and not at once', () => {
  const callback = vi.fn();
  realWorld.setTimer(callback, 60 * DAY_MS);
  vi.advanceTimersByTime(60 * DAY_MS - 1);
  expect(callback).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(callback).toHaveBeenCalledOnce();
});

test('it can be cleared at any time before', () => {
  const callback = vi.fn();
  const timer = realWorld.setTimer(callback, 60 * DAY_MS);
  vi.advanceTimersByTime(30 * DAY_MS);
  realWorld.clearTimer(timer);
  vi.advanceTimersByTime(60 * DAY_MS);
  expect(callback).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});
