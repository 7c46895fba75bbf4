import { expect, test } from 'vitest';
import { checkpoint, sleep, wait } from '../../src/index.ts';
import { everyCrash } from '../../src/testing.ts';
import { turns } from './bodies.ts';

const fetch = checkpoint('fetch', async (page: string) => {
  await turns(1);
  return `text of ${page}`;
});

test('a child execution goes on where it was, and its parent with it', async () => {
  const report = await everyCrash((reprise) => {
    const chapter = reprise.flow('chapter', async (name: string) => [
      await fetch(`${name}.1`),
      await fetch(`${name}.2`),
    ]);
    return reprise.flow('book', async (title: string) => [await fetch(title), ...(await chapter('one'))]);
  }, 'otters');
  expect(report.result).toEqual(['text of otters', 'text of one.1', 'text of one.2']);
  expect(report.crashes.some(({ repeated }) => repeated.includes('chapter') && repeated.includes('fetch'))).toBe(true);
});

test('children of one flow side by side keep their own journals', async () => {
  const report = await everyCrash((reprise) => {
    const chapter = reprise.flow('chapter', async (name: string) => [await fetch('intro'), await fetch(name)]);
    return reprise.flow('book', async () => Promise.all(['a', 'b', 'c'].map((name) => chapter(name))));
  });
  expect(report.result).toEqual(['a', 'b', 'c'].map((name) => ['text of intro', `text of ${name}`]));
});

test('a child that fails fails its call, and the parent may go on', async () => {
  const report = await everyCrash((reprise) => {
    const child = reprise.flow('child', async (name: string) => {
      await fetch(name);
      throw new RangeError(`${name} is too much`);
    });
    return reprise.flow('parent', async () => {
      const reason = await child('all of it').catch((error: Error) => `${error.name}: ${error.message}`);
      return fetch(reason);
    });
  });
  expect(report.result).toBe('text of RangeError: all of it is too much');
});

test('a wait and a sleep in a child park the parent, and it is the child that goes on', async () => {
  const report = await everyCrash(
    (reprise) => {
      const approval = reprise.flow('approval', async (text: string) => {
        const verdict = await wait<string>('approve', { question: text });
        await sleep('30 seconds');
        await sleep('2 days');
        return verdict;
      });
      return reprise.flow('publish', async (topic: string) => {
        const text = await fetch(topic);
        return `${text}: ${await approval(text)}`;
      });
    },
    'otters',
    { answers: { approve: ({ question }: { question: string }) => `yes to '${question}'` } },
  );
  expect(report.result).toBe("text of otters: yes to 'text of otters'");
});
