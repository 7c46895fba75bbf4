import KeyvPostgres from '@keyv/postgres';
import { Keyv as Keyv5 } from 'keyv5';
import { Keyv as Keyv6 } from 'keyv6';
import { installed, startPostgres } from '../own-servers.ts';
import { survives } from './survives.ts';

survives('Postgres', {
  service: installed.postgres,
  start: startPostgres,
  refusals: {
    'the table is gone': {
      commands: [['ALTER TABLE keyv RENAME TO elsewhere']],
      failing: ['get', 'getMany', 'set', 'putIfAbsent', 'deleteMany', 'scan'],
      remedy: [['ALTER TABLE elsewhere RENAME TO keyv']],
    },
    'writing is refused': {
      commands: [
        [`CREATE FUNCTION refuse() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$ LANGUAGE plpgsql`],
        ['CREATE TRIGGER refuse BEFORE INSERT ON keyv EXECUTE FUNCTION refuse()'],
      ],
      failing: ['set', 'putIfAbsent'],
      remedy: [['DROP TRIGGER refuse ON keyv'], ['DROP FUNCTION refuse']],
    },
  },
  loss: ['DELETE FROM keyv'],
  ways: {
    'by URI': (url) => url,
    'behind Keyv 5': (url) => new Keyv5({ store: new KeyvPostgres(url) }),
    'behind Keyv 6 and the adapter of 5': (url) => new Keyv6({ store: new KeyvPostgres(url) }),
  },
});
