/**
 * Counts what work asks of AWS, and writes it where the cost model has it from (src/cost/counted.ts), and what follows from it into docs/aws.md.
 *
 *   npm run bench:cost [-- --rows 400]
 *
 * Two sites: one table with rows, and ten tables with one row each, so that what is for each table is told from what is for each tick. Two more whose
 * second server only receives tell what a tick costs there.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { beyond, linear, scaled, type Counted, type Work } from '../src/cost/work.ts';
import { toolOptions } from '../test/support/tool-options.ts';
import { outputOf, startProcess } from './processes.ts';

const { rows } = toolOptions(
  z.object({
    rows: z.coerce
      .number()
      .int()
      .positive()
      .default(400)
      .describe('records that are counted with, a whole number of 1 or more (default: 400)'),
  }),
);

const asked = z
  .object({
    usage: z.object({
      readUnits: z.number(),
      writeUnits: z.number(),
      queueRequests: z.number(),
      objectPuts: z.number(),
      objectGets: z.number(),
    }),
    requests: z.number(),
    serverRequests: z.number(),
    invocations: z.number(),
  })
  .transform(({ usage, ...rest }): Work => ({ ...usage, ...rest }));
const carried = z.object({ read: asked, written: asked, echo: asked });
const site = z.object({
  first: asked,
  idle: asked,
  idleBranch: asked,
  measured: asked,
  swept: asked,
  idleSweep: asked,
  alone: carried,
  many: carried,
});

const run = async (options: object) => site.parse(await outputOf(startProcess('cost-work.ts', options)));

const tables = 10;
const one = await run({ tables: 1, rows, role: 'both' });
const ten = await run({ tables, rows: 1, role: 'both' });
const receiving = {
  one: await run({ tables: 1, rows: 1, role: 'receive' }),
  ten: await run({ tables, rows: 1, role: 'receive' }),
};

const perRow = (work: Work, idle: Work): Work => scaled(beyond(work, idle), 1 / rows);
const parts = ['read', 'written', 'echo'] as const;
const eachPart = (of: (part: (typeof parts)[number]) => Work): Counted['change'] => ({
  read: of('read'),
  written: of('written'),
  echo: of('echo'),
});
const idleOf = { read: one.idle, written: scaled(one.idle, 0), echo: one.idle };
const change = eachPart((part) => perRow(one.many[part], idleOf[part]));
// Ten tables in which one record each is read again: what was written last on the other server is, whatever changed.
const alone = eachPart((part) =>
  part === 'echo'
    ? beyond(scaled(beyond(ten.alone.echo, ten.idle), 1 / tables), change.echo)
    : beyond(beyond(one.alone[part], idleOf[part]), change[part]),
);
const counted: Counted = {
  tick: linear(one.idle, ten.idle, tables),
  tickOfReceiver: linear(receiving.one.idleBranch, receiving.ten.idleBranch, tables),
  measure: linear(one.measured, ten.measured, tables),
  look: linear(one.idleSweep, ten.idleSweep, tables),
  sweptRow: perRow(one.swept, one.idleSweep),
  firstRow: perRow(one.first, scaled(one.idle, one.first.invocations)),
  change,
  alone,
};

const text = JSON.stringify(
  counted,
  (_, value: unknown) => (typeof value === 'number' ? Number(value.toFixed(4)) : value),
  2,
);
const page = fileURLToPath(new URL('../docs/aws.md', import.meta.url));
const file = fileURLToPath(new URL('../src/cost/counted.ts', import.meta.url));
writeFileSync(
  file,
  `/** Written by npm run bench:cost, from ${rows} rows of 600 bytes in 20 fields; not to be edited. */\nimport type { Counted } from './work.ts';\n\nexport const counted: Counted = ${text};\n`,
);
execFileSync('npx', ['biome', 'format', '--write', file]);
const { withCosts } = await import('./cost-table.ts');
writeFileSync(page, withCosts(readFileSync(page, 'utf8')));
process.stdout.write(`${text}\n`);
