/** What LangGraph hands to the node that a task runs. */
export interface TaskConfig {
  readonly configurable?: Readonly<Record<string, unknown>>;
  readonly metadata?: Readonly<Record<string, unknown>>;
}
