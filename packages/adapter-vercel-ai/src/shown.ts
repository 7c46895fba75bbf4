import type { Part } from './parts.ts';

/** Told by the provider within its stream: the program has seen it as a part. */
export class StreamedError extends Error {
  constructor(error: unknown) {
    super(error instanceof Error ? error.message : String(error), { cause: error });
    this.name = 'StreamedError';
  }
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
