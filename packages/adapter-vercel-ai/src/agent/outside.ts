import { Questions } from '../question/questions.ts';
import { Stop } from './stop.ts';

/** What stands between an agent that is an execution of its own and those who called it from outside. */
export class Outside {
  readonly stop: Stop = new Stop();
  readonly questions: Questions = new Questions();

  model<M extends object>(model: M): M {
    return this.stop.model(this.questions.model(model));
  }

  tools<T extends object>(tools: T): T {
    return this.questions.tools(this.stop.tools(tools));
  }
}
