/** Whether an answer fits, and the value that it stands for. */
export type Validated =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problems: string };

/** Whether an answer fits. It outlives the execution's stay in this process, so it holds nothing else of it. */
export type AnswerCheck = (answer: unknown) => Promise<Validated>;
