/**
 * Puts each mutation into a copy of the project, runs its tests there, and says which one saw it. Exit code 1 where none did.
 *
 *   npm run mutations [-- R3]     of one rule
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type Mutation, mutations } from './list.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const copied = ['src', 'test', 'functions', 'infra', 'package.json', 'tsconfig.json', 'vitest.config.ts'];

const reportSchema = z.object({
  numTotalTests: z.number(),
  testResults: z.array(
    z.object({
      assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })),
    }),
  ),
});

/** The titles of the tests that failed. Throws where none ran: that would tell nothing. */
async function failedIn(directory: string, [file, title]: Mutation['tests']): Promise<readonly string[]> {
  const report = join(directory, 'report.json');
  rmSync(report, { force: true });
  const named = title === undefined ? [] : ['--testNamePattern', title];
  const program = join(root, 'node_modules/vitest/vitest.mjs');
  const child = spawn(
    process.execPath,
    [program, 'run', file, ...named, '--bail=1', '--reporter=json', `--outputFile=${report}`],
    { cwd: directory, stdio: 'ignore' },
  );
  await once(child, 'close');
  const { testResults } = reportSchema.parse(JSON.parse(readFileSync(report, 'utf8')));
  const ran = testResults.flatMap(({ assertionResults }) => assertionResults);
  if (!ran.some(({ status }) => status === 'passed' || status === 'failed'))
    throw new Error(`no test ran: ${file} ${title ?? ''}`);
  return ran.flatMap(({ status, fullName }) => (status === 'failed' ? fullName : []));
}

async function main(): Promise<void> {
  const [only] = process.argv.slice(2);
  const chosen = mutations.filter(({ rule }) => only === undefined || rule === only);
  if (chosen.length === 0) throw new Error(`no mutation is of rule ${only}; there are R1 to R8`);
  const directory = mkdtempSync(join(tmpdir(), 'serversync-mutations-'));
  try {
    for (const name of copied) cpSync(join(root, name), join(directory, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
    for (const { rule, what, file, from, to, tests } of chosen) {
      const path = join(directory, file);
      const source = readFileSync(path, 'utf8');
      writeFileSync(
        path,
        source.replace(from, () => to),
      );
      const failed = await failedIn(directory, tests);
      writeFileSync(path, source);
      if (failed.length === 0) process.exitCode = 1;
      console.log(
        `${rule} ${what}\n   ${failed[0] === undefined ? 'NOT SEEN' : `seen by ${tests[0]}: ${failed[0]}`}`,
      );
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
}

await main();
