import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { repository } from './run-program.js';

/** A page for people, by its path from the root. */
export interface Document {
  readonly file: string;
  readonly text: string;
}

/** The README, the READMEs of the packages, and everything in `docs` that is written by hand. */
export function documents(): Document[] {
  const inFolder = (folder: string) =>
    readdirSync(path.join(repository, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`);
  const packages = readdirSync(path.join(repository, 'packages'))
    .map((name) => `packages/${name}/README.md`)
    .filter((file) => existsSync(path.join(repository, file)));
  return ['README.md', ...inFolder('docs'), ...inFolder('docs/decisions'), ...packages].map(readDocument);
}

/** Reads one page. */
export function readDocument(file: string): Document {
  return { file, text: readFileSync(path.join(repository, file), 'utf8') };
}

/** The code of a page in one language, block by block. */
export function codeBlocks({ text }: Document, language: string): string[] {
  const fenced = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms');
  return [...text.matchAll(fenced)].map(([, code = '']) => code);
}

/** The rows of the first table under a heading, cell by cell, without the head. */
export function tableUnder({ text }: Document, heading: string): string[][] {
  const [, section = ''] = text.split(`## ${heading}\n`);
  const lines = section.split('\n');
  const start = lines.findIndex((line) => line.startsWith('|'));
  const after = lines.slice(start).findIndex((line) => !line.startsWith('|'));
  return lines.slice(start + 2, start + after).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
