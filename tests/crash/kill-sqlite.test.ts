import { describeKills } from './describe-kills.js';
import { createSqliteCrashDatabase } from './sqlite-crash-database.js';

describeKills('sqlite', createSqliteCrashDatabase, { randomKills: { quick: 100, long: 2_000 } });
