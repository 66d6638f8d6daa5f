/**
 * The explorer as deep as one likes: every course of each situation with so many switches and deaths.
 *
 *   npm run explore -- --switches 3 --deaths 1 [--minutes 60] [--only "a delete"] [--reversed]
 */
import { parseArgs } from 'node:util';
import { explore } from './explore.ts';
import { situations } from './situation.ts';

const { values } = parseArgs({
  options: {
    switches: { type: 'string', default: '2' },
    deaths: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '60' },
    only: { type: 'string', default: '' },
    reversed: { type: 'boolean', default: false },
  },
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const bounds = { switches: Number(values.switches), deaths: Number(values.deaths) };
const startedAt = performance.now();
const until = startedAt + Number(values.minutes) * 60_000;
say(`${bounds.switches} switches, ${bounds.deaths} deaths`);
for (const situation of situations.filter(({ name }) => name.includes(values.only))) {
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
