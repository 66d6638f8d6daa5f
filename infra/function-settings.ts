/** How long each function may live and how much memory it has. Memory also buys processor time. */
import { Duration } from 'aws-cdk-lib';
import type { FunctionName } from './bundle.ts';

export type FunctionSettings = {
  readonly does: string;
  /** For people, who need not know the function's name. */
  readonly task: string;
  readonly timeout: Duration;
  readonly memoryMb: number;
};

export const functionSettings: Readonly<Record<FunctionName, FunctionSettings>> = {
  enumerate: {
    does: 'Reads what changed on one FileMaker Server',
    task: 'reading',
    // The longest that AWS allows: a first read takes long.
    timeout: Duration.seconds(900),
    memoryMb: 1024,
  },
  write: {
    does: 'Brings records on one FileMaker Server up to date',
    task: 'writing',
    // Where larger files are carried than 100 MB it is longer: src/config/writer-time.ts.
    timeout: Duration.seconds(90),
    memoryMb: 1024,
  },
  measure: {
    does: 'Measures clocks and lag every minute, and puts batches back that nobody finished',
    task: 'measuring',
    // Over before the next one starts.
    timeout: Duration.seconds(50),
    memoryMb: 512,
  },
  sweep: {
    does: 'Compares whole tables of one FileMaker Server with what is held',
    task: 'sweeping',
    // What takes longer is gone on with by the next.
    timeout: Duration.seconds(900),
    memoryMb: 1024,
  },
  report: {
    does: 'Mails once a day what waits for a person',
    task: 'daily report',
    // Some requests to the tables: a minute is plenty.
    timeout: Duration.seconds(60),
    memoryMb: 512,
  },
  wake: {
    does: 'Takes the calls of webhooks, and starts the reader',
    task: 'taking calls',
    // Two requests to AWS: who waits longer is called again.
    timeout: Duration.seconds(15),
    memoryMb: 512,
  },
  doctor: {
    does: 'Looks at one FileMaker Server when somebody asks for it',
    task: 'looking at a server',
    // Somebody waits for it; what is not looked at within is named.
    timeout: Duration.seconds(300),
    memoryMb: 512,
  },
};
