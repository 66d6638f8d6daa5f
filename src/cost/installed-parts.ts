/** What stands in an installation and is paid for by the month, by its configuration; a test counts the same in the stack's template. */
import type { Configuration } from '../config/configuration.ts';
import { installationFigures, serverFigures } from '../config/figures.ts';

export type InstalledParts = {
  readonly alarms: number;
  readonly compositeAlarms: number;
  readonly dashboards: number;
  readonly metrics: number;
  readonly secrets: number;
  /** Of servers that receive. */
  readonly queues: number;
  /** Of the topic that alarms go to; none where a key of the customer does it. */
  readonly keys: number;
  /** Keys that the configuration names, former ones too: they stand outside the stack. */
  readonly customerKeys: number;
};

/** Two for each of six functions, and nine of the installation as a whole. */
const alarmsOfAll = 21;
/** Errors and refused starts of the function that reports, and of the one that webhooks call; and calls that are refused. */
const alarmsOfReport = 2;
const alarmsOfCalls = 3;

/** Published of servers with a data budget, of servers that call, and where any calls. */
const optional = { ofBudget: 1, ofCaller: 2, ofCalls: 1 };

export function installedParts(configuration: Configuration): InstalledParts {
  const { servers, tables, alarms, aws } = configuration;
  const budgets = servers.filter(({ dataBudget }) => dataBudget !== undefined).length;
  const reports = alarms.email !== undefined && alarms.report.kind !== 'never';
  const receives = (name: string): boolean =>
    tables.some(({ links }) => links.some(({ server, role }) => server === name && role !== 'send'));
  const callers = servers.filter(({ wake }) => wake === 'webhook').length;
  const isCalled = callers > 0;
  const figures = Object.keys(serverFigures).length - optional.ofBudget - optional.ofCaller;
  const figuresOfAll = Object.keys(installationFigures).length - (isCalled ? 0 : optional.ofCalls);
  return {
    alarms:
      alarmsOfAll -
      (reports ? 0 : alarmsOfReport) +
      (isCalled ? alarmsOfCalls : 0) +
      2 * servers.length +
      budgets,
    compositeAlarms: servers.length,
    dashboards: 1,
    metrics: figuresOfAll + figures * servers.length + budgets + optional.ofCaller * callers,
    secrets: servers.length + (isCalled ? 1 : 0),
    queues: servers.filter(({ name }) => receives(name)).length,
    keys: aws.kmsKey === undefined ? 1 : 0,
    customerKeys: (aws.kmsKey === undefined ? 0 : 1) + aws.formerKmsKeys.length,
  };
}
