import { join } from 'node:path';
import { Reprise } from '@reprise/core';
import { call } from '@reprise/core/adapter';
import { SqliteStore } from '@reprise/core/store';
import type { Benchmark, Row } from '../benchmark.ts';
import { type Counting, counting } from '../counting.ts';
import { type Message, message } from '../payload.ts';
import { inFolder } from '../place.ts';
import { quotients, spreadOf } from '../spread.ts';

const ROUNDS = 7;
const TURNS = 200;

/** What one conversation cost: after turn n, the milliseconds and the bytes so far; the last index is `TURNS`. */
interface Course {
  readonly milliseconds: number[];
  readonly bytes: number[];
  /** Of all messages, each counted once. */
  readonly content: number[];
}

/** An agent whose message list grows by two messages a turn, and goes to the model whole each time. */
export const conversation: Benchmark = {
  name: 'conversation',
  measure: () =>
    inFolder(async (folder) => {
      const courses: Course[] = [];
      for (let round = -1; round < ROUNDS; round++) {
        const course = await converse(join(folder, `${round}.db`));
        if (round >= 0) courses.push(course);
      }
      return [...[50, 100, TURNS].flatMap((turns) => soFar(courses, turns)), ...growth(courses)];
    }),
};

async function converse(file: string): Promise<Course> {
  const store = counting(new SqliteStore(file).driver);
  const reprise = new Reprise({ store: store.driver });
  const flow = reprise.flow('conversation', () => talk(store));
  const course = await flow();
  await reprise.close();
  return course;
}

async function talk(store: Counting): Promise<Course> {
  const course: Course = { milliseconds: [0], bytes: [0], content: [0] };
  const messages: Message[] = [];
  let time = 0;
  let content = 0;
  const before = store.written;
  for (let turn = 1; turn <= TURNS; turn++) {
    const [question, answer] = [message('user'), message('assistant')];
    content += JSON.stringify(question).length + JSON.stringify(answer).length;
    const start = performance.now();
    messages.push(question);
    messages.push(await call({ kind: 'llm', name: 'model', input: { model: 'any', messages }, run: () => answer }));
    time += performance.now() - start;
    course.milliseconds.push(time);
    course.bytes.push(store.written - before);
    course.content.push(content);
  }
  return course;
}

function at(courses: readonly Course[], what: keyof Course, turn: number): number[] {
  return courses.map((course) => course[what][turn] as number);
}

/** What each of the turns up to this one cost on average; one turn alone says little. */
function costOf(courses: readonly Course[], from: number, to: number): number[] {
  return courses.map(
    ({ milliseconds }) => ((milliseconds[to] as number) - (milliseconds[from] as number)) / (to - from),
  );
}

function soFar(courses: readonly Course[], turns: number): Row[] {
  const [bytes, content] = [at(courses, 'bytes', turns), at(courses, 'content', turns)];
  return [
    {
      what: `a conversation of ${turns} turns: time`,
      unit: 'ms',
      reprise: spreadOf(at(courses, 'milliseconds', turns)),
    },
    {
      what: `a conversation of ${turns} turns: bytes (raw: each message once)`,
      unit: 'KB',
      reprise: spreadOf(bytes.map(toKilobytes)),
      raw: spreadOf(content.map(toKilobytes)),
      ratio: quotients(bytes, content),
    },
  ];
}

function growth(courses: readonly Course[]): Row[] {
  const ratioOf = (what: keyof Course) => quotients(at(courses, what, TURNS), at(courses, what, TURNS / 2));
  return [
    { what: '200 turns to 100: time', unit: 'times', reprise: ratioOf('milliseconds') },
    {
      what: '200 turns to 100: bytes',
      unit: 'times',
      reprise: ratioOf('bytes'),
      target: { of: 'reprise', atMost: 2.2 },
    },
    {
      what: 'turn 200 to turn 10 (raw): time',
      unit: 'ms',
      reprise: spreadOf(costOf(courses, TURNS - 10, TURNS)),
      raw: spreadOf(costOf(courses, 5, 15)),
      ratio: quotients(costOf(courses, TURNS - 10, TURNS), costOf(courses, 5, 15)),
    },
  ];
}

function toKilobytes(bytes: number): number {
  return bytes / 1_024;
}
