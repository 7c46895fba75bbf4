import { Waits } from '../question/questions.ts';
import { Stop } from './stop.ts';

/** What stands between an agent that is an execution of its own and those who called it from outside. */
export class Outside {
  readonly stop: Stop = new Stop();
  readonly waits: Waits = new Waits();

  model<M extends object>(model: M): M {
    return this.stop.model(this.waits.model(model));
  }

  tools<T extends object>(tools: T): T {
    return this.waits.tools(this.stop.tools(tools));
  }
}
