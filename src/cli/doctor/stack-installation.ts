/** What a stack has besides its servers: schedules, functions, tables, and whether the account has room for it. */
import { count } from '../../composition/words.ts';
import { concurrencyOf } from '../../config/aws-parts.ts';
import { figureDimensions, figuresNamespace } from '../../config/figures.ts';
import { failed, type Found, ok, unproven, warning } from '../../doctor/finding.ts';
import { stackChecks } from '../../doctor/stack-catalogue.ts';
import { looked, type StackAsked } from './stack-asked.ts';
import type { Figure, Made } from './stack-reads.ts';
import { scheduleFinding } from './stack-servers.ts';

/** `made`: undefined where that could not be seen. */
export async function installationFindings(
  asked: StackAsked,
  made: readonly Made[] | undefined,
): Promise<readonly Found[]> {
  const functions = made?.filter(({ type }) => type === 'AWS::Lambda::Function');
  return [
    ...(await looked('schedule', () => schedulesFindings(asked, functions))),
    ...(await looked('measured', async () => [await measuredFinding(asked)])),
    ...(functions === undefined ? [] : await functionsFindings(asked, functions)),
    ...(await looked('concurrency', async () => [await concurrencyFinding(asked)])),
    ...(await recoveryFindings(asked)),
  ];
}

/** The report has a schedule where it has a function: where nobody gets the alarms there is none. */
async function schedulesFindings(
  asked: StackAsked,
  functions: readonly Made[] | undefined,
): Promise<readonly Found[]> {
  const reports = functions?.some(({ id }) => id.startsWith('FunctionsReport')) ?? false;
  return [
    await scheduleFinding(asked, 'measure', 'measuring'),
    ...(reports ? [await scheduleFinding(asked, 'report', 'the daily report')] : []),
  ];
}

/** Longer than two of its minutes, with the time until a figure is seen. */
const measuredMs = 10 * 60_000;
const dayMs = 24 * 3_600_000;

async function measuredFinding({ reads, stack }: StackAsked): Promise<Found> {
  const figure: Figure = {
    namespace: figuresNamespace,
    name: 'Measured',
    dimensions: figureDimensions(stack),
    statistic: 'Sum',
  };
  const [values = []] = await reads.values([figure], { from: ago(measuredMs), periodS: 60 });
  const times = sum(values);
  const figures = { times };
  if (times > 0)
    return ok('measured', `it measured ${count(times, 'time')} in the last ten minutes`, figures);
  return failed(
    'measured',
    'nothing was measured in the last ten minutes',
    stackChecks.measured.remedy,
    figures,
  );
}

const ago = (ms: number): Date => new Date(Date.now() - ms);
const sum = (values: readonly number[]): number => values.reduce((all, each) => all + each, 0);

async function functionsFindings(asked: StackAsked, functions: readonly Made[]): Promise<readonly Found[]> {
  return [
    ...(await looked('function', () => startableFindings(asked, functions))),
    ...(await looked('failures', () => failuresFindings(asked, functions))),
  ];
}

async function startableFindings(
  { reads }: StackAsked,
  functions: readonly Made[],
): Promise<readonly Found[]> {
  const found: Found[] = [];
  const { remedy } = stackChecks.function;
  for (const { name } of functions) {
    const facts = await reads.functionOf(name);
    if (facts === undefined) found.push(failed('function', `function ${name} is not there`, remedy));
    else if (facts.reserved === 0)
      found.push(
        failed('function', `function ${name} is switched off: its reserved concurrency is 0`, remedy),
      );
    else if (facts.state === 'Failed' || facts.lastUpdate === 'Failed')
      found.push(failed('function', `function ${name} cannot be started: its last update failed`, remedy));
  }
  return found.length > 0 ? found : [ok('function', `${count(functions.length, 'function')} can be started`)];
}

async function failuresFindings(
  { reads }: StackAsked,
  functions: readonly Made[],
): Promise<readonly Found[]> {
  const kinds = ['Errors', 'Throttles'] as const;
  const figures = functions.flatMap(({ name }) =>
    kinds.map((kind) => ({
      namespace: 'AWS/Lambda',
      name: kind,
      dimensions: { FunctionName: name },
      statistic: 'Sum' as const,
    })),
  );
  const values = await reads.values(figures, { from: ago(dayMs), periodS: 3600 });
  const found = functions.flatMap(({ name }, at): readonly Found[] => {
    const errors = sum(values[2 * at] ?? []);
    const throttles = sum(values[2 * at + 1] ?? []);
    if (errors + throttles === 0) return [];
    const text = `function ${name} failed ${count(errors, 'time')} in the last 24 hours, and was not let start ${count(throttles, 'time')}`;
    return [warning('failures', text, stackChecks.failures.remedy, { errors, throttles })];
  });
  return found.length > 0
    ? found
    : [ok('failures', 'no function failed, or was not let start, in the last 24 hours')];
}

async function concurrencyFinding({ reads, configuration }: StackAsked): Promise<Found> {
  const allowed = await reads.concurrency();
  const needed = concurrencyOf(configuration);
  const figures = { allowed, needed };
  const text = `the AWS account lets ${count(allowed, 'function')} be at work at once, and this installation has up to ${needed}`;
  return allowed < needed
    ? warning(
        'concurrency',
        `${text}; others of the account need some too`,
        stackChecks.concurrency.remedy,
        figures,
      )
    : ok('concurrency', text, figures);
}

async function recoveryFindings({ reads, outputs }: StackAsked): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (const output of ['RecordsTable', 'ControlTable']) {
    const table = outputs[output] ?? '';
    const own = await looked('recovery', async () => [
      (await reads.isRecoverable(table))
        ? ok('recovery', `table ${table} can be put back to any second of the last 35 days`)
        : warning('recovery', `table ${table} has no point-in-time recovery`, stackChecks.recovery.remedy),
    ]);
    found.push(...own);
  }
  return found;
}

/** Undefined with why, where it could not be seen. */
export async function madeBy({
  reads,
}: StackAsked): Promise<{ readonly made: readonly Made[] | undefined; readonly found: readonly Found[] }> {
  let made: readonly Made[] | undefined;
  const found = await looked('function', async () => {
    made = await reads.made();
    return [];
  });
  const rest = unproven('alarm', 'not looked at for the same reason: functions, alarms, who gets their mail');
  return { made, found: found.length > 0 ? [...found, rest] : [] };
}
