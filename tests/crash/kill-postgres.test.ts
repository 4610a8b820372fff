import { startPostgres } from '../postgres/start-postgres.js';
import { describeKills } from './describe-kills.js';
import { createPostgresCrashDatabase } from './postgres-crash-database.js';

describeKills(
  'postgres',
  async () => {
    const server = await startPostgres();
    const database = await createPostgresCrashDatabase(server.url);
    return {
      ...database,
      close: async () => {
        await database.close();
        await server.stop();
      },
    };
  },
  { randomKills: { quick: 30, long: 1_000 } },
);
