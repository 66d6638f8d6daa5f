/**
 * Which server is behind, and why: the answer on the first screen, what explains it below, and AWS's own figures last.
 * Titles are questions that the graph answers, short enough not to be cut at half the width of a small screen.
 */
import {
  type AlarmBase,
  AlarmStatusWidget,
  AlarmStatusWidgetSortBy,
  Dashboard,
  type IMetric,
  SingleValueWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { titleOf } from '../src/config/aws-stack-name.ts';
import { showDuration } from '../src/config/duration.ts';
import { batches, durations, errors, unreadable, type Worked } from './function-graphs.ts';
import type { Installation } from './installation.ts';
import { installationMetric } from './metrics.ts';
import { isCalled } from './calls.ts';
import { clocks, halted, hints, lag, outOfReach, parked, pending, skew, written } from './server-graphs.ts';

export type OverviewProps = Worked & {
  readonly installation: Installation;
  /** Of these a red box is for whoever looks after the servers: raised as long as something is wrong. */
  readonly firstAlarms: readonly AlarmBase[];
  readonly otherAlarms: readonly AlarmBase[];
};

const wholeWidth = 24;

export class Overview extends Dashboard {
  constructor(scope: Construct, id: string, props: OverviewProps) {
    const { installation, firstAlarms, otherAlarms } = props;
    super(scope, id, { dashboardName: installation.name, defaultInterval: Duration.hours(6) });
    const height = boxesHeight(firstAlarms.length, boxesBeside);
    this.addWidgets(intro(installation));
    this.addWidgets(
      boxes('What needs a look: a red box', firstAlarms, { width: wholeWidth - valuesWidth, height }),
      standing(installation, height),
    );
    this.addWidgets(lag(installation), clocks(installation));
    this.addWidgets(outOfReach(installation), pending(installation));
    this.addWidgets(skew(installation), parked(installation), halted(installation));
    this.addWidgets(written(installation));
    if (isCalled(installation.configuration)) this.addWidgets(hints(installation));
    this.addWidgets(forAws());
    this.addWidgets(durations(props), errors(props));
    this.addWidgets(batches(props), unreadable(props));
    this.addWidgets(
      boxes('What else needs a look: a red box', otherAlarms, {
        width: wholeWidth,
        height: boxesHeight(otherAlarms.length, boxesInAll),
      }),
    );
  }
}

const intro = ({ name, configuration: { alarms } }: Installation): TextWidget =>
  new TextWidget({
    width: wholeWidth,
    height: 2,
    markdown: `### ${titleOf(name)}
**Which server is behind?** A red box, and the line above ${showDuration(alarms.lagMs)} in *How late is each server*. **Why?** The same colour in the graphs beside and below. None? Much waits: the line falls by itself. **Are the graphs empty?** Look at *nobody measures*; grey boxes are normal on the first day. More, in the folder of ServerSync: \`npx serversync status --stack ${name}\``,
  });

const forAws = (): TextWidget =>
  new TextWidget({
    width: wholeWidth,
    height: 1,
    markdown: '**For whoever looks after AWS.** Nothing below has to be looked at unless an alarm says so.',
  });

/** As many boxes as a unit of height has room for, on a screen of 1280. */
const boxesInAll = 5;
const boxesBeside = 4;

/** What has no room is scrolled: red boxes come first. */
const boxesHeight = (count: number, inUnit: number): number => 1 + Math.min(4, Math.ceil(count / inUnit));

function boxes(
  title: string,
  alarms: readonly AlarmBase[],
  size: { readonly width: number; readonly height: number },
): AlarmStatusWidget {
  return new AlarmStatusWidget({
    title,
    // 100 are the most that one such widget shows.
    alarms: alarms.slice(0, 100),
    sortBy: AlarmStatusWidgetSortBy.STATE_UPDATED_TIMESTAMP,
    ...size,
  });
}

const valuesWidth = 6;

/** What stands until somebody acts: the alarms tell of each growth, and are over soon after. */
function standing({ name }: Installation, height: number): SingleValueWidget {
  const now = (figure: 'Parked' | 'Held' | 'Halted', label: string): IMetric =>
    installationMetric(name, figure).with({ label });
  return new SingleValueWidget({
    title: 'What waits for you',
    metrics: [now('Parked', 'records parked'), now('Halted', 'tables halted'), now('Held', 'conflicts held')],
    width: valuesWidth,
    height,
  });
}
