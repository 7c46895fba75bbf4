import type { Part } from './answers.ts';

/** Told by the provider within its stream: the program has seen it as a part. */
class StreamedError extends Error {
  constructor(error: unknown) {
    super(error instanceof Error ? error.message : String(error), { cause: error });
    this.name = 'StreamedError';
  }
}

/** The parts of an answer, which is one only when it comes to its end. */
export async function* toItsFinish(stream: ReadableStream<Part>): AsyncGenerator<Part> {
  let isFinished = false;
  for await (const part of stream as unknown as AsyncIterable<Part>) {
    yield part;
    if (part.type === 'error') throw new StreamedError(part.error);
    isFinished ||= part.type === 'finish';
  }
  if (!isFinished) throw new Error("The model's answer was cut off before its end. It is no outcome: ask again.");
}

/** The parts as the stream that the SDK reads. */
export function shown(first: IteratorResult<Part>, parts: AsyncIterator<Part>): ReadableStream<Part> {
  let next: IteratorResult<Part> | undefined = first;
  return new ReadableStream<Part>(
    {
      async pull(controller) {
        try {
          const { done, value } = next ?? (await parts.next());
          next = undefined;
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          if (error instanceof StreamedError) controller.close();
          else controller.error(error);
        }
      },
    },
    { highWaterMark: 0 },
  );
}

/** Holds back what comes from a part on, until the answer has come to its end; `atEnd` is given what was held. */
export function heldFrom(
  isFirst: (part: Part) => boolean,
  atEnd: (held: readonly Part[]) => Promise<void> | void = () => {},
): TransformStream<Part, Part> {
  const held: Part[] = [];
  return new TransformStream({
    transform: async (part, controller) => {
      if (held.length > 0 || isFirst(part)) held.push(part);
      else controller.enqueue(part);
      if (part.type === 'finish') await atEnd(held);
    },
    flush: (controller) => {
      for (const part of held) controller.enqueue(part);
    },
  });
}
