import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { CHANNEL_ERROR_CODES, defaultPolicy, EVENT_NAMES, PROVIDER_ERROR_CODES } from '@channelkit/core';
import { createSqliteStore } from '@channelkit/store-sqlite';
import { createPostgresStore } from '@channelkit/store-postgres';
import Database from 'better-sqlite3';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { createTestDatabase } from '../postgres/create-test-database.js';
import { codeBlocks, documents, readDocument, tableUnder } from './documents.js';
import { createProgramFolder, repository } from './run-program.js';

const readme = readDocument('README.md');
const operating = readDocument('docs/operating.md');
const sources = ['packages', 'tests'].flatMap((name) => listSources(path.join(repository, name)));
const inBackticks = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name);

describe('the failure table of the README', () => {
  const tested = errorTableRows();

  it.each(tableUnder(readme, 'What happens when it fails'))(
    'has a test for: %s',
    (when, answer, ...facts) => {
      const [code, mayOwnNumber] = inBackticks(answer);
      expect(tested).toContain(`${code ?? ''}: ${when} -> ${mayOwnNumber ?? ''}`);
      expect(facts.every((fact) => fact !== '')).toBe(true);
    },
  );

  it('has a row for every answer to "may a number be owned"', () => {
    const answers = tableUnder(readme, 'What happens when it fails').map(
      ([, answer]) => inBackticks(answer)[1],
    );
    expect(new Set(answers)).toEqual(new Set(['no', 'unknown', 'yes']));
  });
});

describe('operating', () => {
  it('says what to do about every error code, and about no other', () => {
    const explained = tableUnder(operating, 'What each error means').flatMap(([codes]) => inBackticks(codes));
    expect(explained.sort()).toEqual([...CHANNEL_ERROR_CODES, ...PROVIDER_ERROR_CODES].sort());
  });

  it('names every event, and no other', () => {
    const explained = tableUnder(operating, 'Watching it').flatMap(([names]) => inBackticks(names));
    expect(explained.sort()).toEqual([...EVENT_NAMES].sort());
  });

  it('names every key of the policy with its default', () => {
    const stated = tableUnder(operating, 'How long things take: `policy`').map(([key, value]) => [
      inBackticks(key)[0],
      value?.replace(/[ `']/g, ''),
    ]);
    expect(stated).toEqual(Object.entries(defaultPolicy).map(([key, value]) => [key, String(value)]));
  });

  const statements = codeBlocks(operating, 'sql');

  it('has SQL that runs on SQLite', async () => {
    const programs = await createProgramFolder();
    const filename = path.join(programs.folder, 'channels.db');
    const store = createSqliteStore({ filename });
    await store.migrate();
    const database = new Database(filename);
    try {
      for (const statement of statements) expect(() => database.exec(statement)).not.toThrow();
    } finally {
      database.close();
      await store.close();
      await programs.remove();
    }
  });

  it('has SQL that runs on PostgreSQL, with the line that it gives for it', async () => {
    const database = await createTestDatabase();
    const store = createPostgresStore({ connectionString: database.url });
    await store.migrate();
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const [, lastLine = ''] = /In PostgreSQL the last line is `(.+?)`/.exec(operating.text) ?? [];
    expect(lastLine).toContain('extract(epoch from now())');
    try {
      for (const statement of statements) {
        await client.query(statement.replace(/^.*unixepoch.*$/m, lastLine));
      }
    } finally {
      await client.end();
      await store.close();
      await database.drop();
    }
  });
});

describe.each(documents())('$file', ({ file, text }) => {
  it('links only to what is there', () => {
    const links = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => target);
    const local = links.filter((target) => !/^[a-z]+:/.test(target));
    const missing = local.filter((target) => !existsSync(path.join(repository, path.dirname(file), target)));
    expect(missing).toEqual([]);
  });

  it('names only source files that are there', () => {
    const named = [...text.replace(/^```.*?^```$/gms, '').matchAll(/`(\w[\w/.-]*\.ts)`/g)].map(
      ([, name = '']) => name,
    );
    expect(named.filter((name) => !sources.some((source) => source.endsWith(`/${name}`)))).toEqual([]);
  });
});

/** The rows of the test of the error table, as `code: when -> mayOwnNumber`. */
function errorTableRows(): string[] {
  const source = readFileSync(path.join(repository, 'tests/protocol/error-table.test.ts'), 'utf8');
  const written = source.matchAll(/code: '(\w+)',\s+when: '([^']+)'.*?mayOwnNumber: '(\w+)'/gs);
  const refused = source.matchAll(/refusedAt\('(\w+)', '(\w+)'\)/g);
  return [
    ...[...written].map(([, code = '', when = '', owned = '']) => `${code}: ${when} -> ${owned}`),
    ...[...refused].map(([, operation = '', code = '']) => `${code}: ${operation} is refused -> no`),
  ];
}

/** Every TypeScript file of the packages and the tests. */
function listSources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return ['node_modules', 'dist'].includes(entry.name) ? [] : listSources(file);
    return entry.name.endsWith('.ts') ? [file] : [];
  });
}
