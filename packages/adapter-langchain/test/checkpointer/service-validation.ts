import { type Driver, openStore, type Store } from '@reprise/core/store';
import { afterAll, beforeAll } from 'vitest';
import { describeWith, type Service } from '../../../core/test/services.ts';
import { KeyvSaver } from '../../src/index.ts';
import { empty, fresh } from '../parts.ts';
import { validates } from './validation.ts';

/** Everything that LangGraph demands of a checkpointer, on a server. */
export function validatesOn(service: Service, name: string): void {
  describeWith(service, name, () => {
    let store: Store;
    const used: Driver[] = [];

    beforeAll(async () => {
      store = await openStore(service.url);
    });

    afterAll(async () => {
      for (const driver of used) await empty(driver);
      await store.close();
    });

    validates({
      open() {
        const driver = fresh(store);
        used.push(driver);
        return new KeyvSaver({ store: driver });
      },
    });
  });
}
