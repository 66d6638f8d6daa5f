/**
 * The explorer as deep as one likes: every course of each situation with so many switches and deaths.
 *
 *   npm run explore -- --switches 3 --deaths 1 [--minutes 60] [--only "a delete"] [--reversed]
 */
import { z } from 'zod';
import { toolOptions } from '../../support/tool-options.ts';
import { explore } from './explore.ts';
import { situations } from './situation.ts';

const values = toolOptions(
  z.object({
    switches: z.coerce.number().int().min(0).default(2),
    deaths: z.coerce.number().int().min(0).default(1),
    minutes: z.coerce.number().positive().default(60),
    only: z.string().default(''),
    reversed: z.boolean().default(false),
  }),
  ['reversed'],
);

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const bounds = { switches: values.switches, deaths: values.deaths };
const startedAt = performance.now();
const until = startedAt + values.minutes * 60_000;
say(`${bounds.switches} switches, ${bounds.deaths} deaths`);
const chosen = situations.filter(({ name }) => name.includes(values.only));
if (chosen.length === 0) {
  say(`no situation has "${values.only}" in its name; there are:`);
  for (const { name } of situations) say(`  ${name}`);
  process.exitCode = 2;
}
for (const situation of chosen) {
  const begun = performance.now();
  const { courses, states, ends, isWhole, failed } = await explore(situation, bounds, {
    order: values.reversed ? 'reversed' : 'as given',
    mayGoOn: () => performance.now() < until,
  });
  const took = Math.round((performance.now() - begun) / 1000);
  say(
    `${situation.name}: ${courses} courses, ${states} states, ${ends} ends, ${took} s${isWhole ? '' : ', NOT WHOLE'}`,
  );
  for (const { choices, faults } of failed) {
    process.exitCode = 1;
    say(`  FAILS: ${choices.join(' ')}`);
    for (const { rule, what } of faults) say(`    ${rule}: ${what.join('; ').slice(0, 600)}`);
  }
}
