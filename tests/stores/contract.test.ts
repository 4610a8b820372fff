import { runContract, storeContract } from '@channelkit/core/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { createPostgresSubjects, type PostgresSubjects } from './postgres-subject.js';
import { createSqliteSubject } from './sqlite-subject.js';

describe('createSqliteStore keeps the contract of a store', () => {
  runContract({ test: it, cases: storeContract, create: createSqliteSubject });
});

describe('createPostgresStore keeps the contract of a store', () => {
  let subjects: PostgresSubjects;
  beforeAll(async () => {
    subjects = await createPostgresSubjects();
  });
  afterAll(() => subjects.drop());

  runContract({ test: it, cases: storeContract, create: () => subjects.create() });
});
