/** What `doctor --stack` asks of AWS, with the credentials of whoever sits at the command line. Nothing here changes anything. */

/** One resource that the stack made. */
export type Made = {
  /** As the template calls it, such as `AlarmsUnusual1A2B3C4D`. */
  readonly id: string;
  /** Such as `AWS::SNS::Topic`. */
  readonly type: string;
  /** As its service calls it: a name or an ARN. */
  readonly name: string;
};

export type QueueFacts = {
  readonly arn: string;
  readonly messages: number;
  /** ARN of the queue that takes what nobody could read. */
  readonly deadLetters?: string;
};

export type FunctionFacts = {
  /** `Active`, `Inactive`, `Pending`, `Failed`. */
  readonly state: string;
  /** `Successful`, `InProgress`, `Failed`. */
  readonly lastUpdate: string;
  /** Absent: nothing was reserved; 0 switches it off. */
  readonly reserved?: number;
};

export type AlarmFacts = {
  readonly name: string;
  readonly isRaised: boolean;
  /** Whether it tells anybody. */
  readonly hasActions: boolean;
  readonly mayTell: boolean;
};

export type Subscriber = {
  readonly protocol: string;
  readonly endpoint: string;
  readonly isConfirmed: boolean;
};

export type Figure = {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: 'Sum' | 'Maximum';
};

/** The values of a figure from an instant on, one for each period, s. */
export type Values = { readonly from: Date; readonly periodS: number };

/** Throws AwsStateError where an action may not be done, or AWS does not answer. */
export interface StackReads {
  made(): Promise<readonly Made[]>;
  secret(name: string): Promise<'there' | 'absent' | 'deleted'>;
  /** Undefined: there is none. */
  queue(name: string): Promise<QueueFacts | undefined>;
  /** By the ARN of the queue, the state of what hands its messages to the function, such as `Enabled`. */
  deliveries(functionName: string): Promise<ReadonlyMap<string, string>>;
  /** Of the group that has the name of the stack. Undefined: there is none. */
  schedule(name: string): Promise<'ENABLED' | 'DISABLED' | undefined>;
  functionOf(name: string): Promise<FunctionFacts | undefined>;
  /** How many functions of the account may be at work at once. */
  concurrency(): Promise<number>;
  /** Those that are there, of these. */
  alarms(names: readonly string[]): Promise<readonly AlarmFacts[]>;
  subscribers(topicArn: string): Promise<readonly Subscriber[]>;
  /** Whether a table has point-in-time recovery. */
  isRecoverable(table: string): Promise<boolean>;
  /** In the order of the figures; one without values has none. */
  values(figures: readonly Figure[], of: Values): Promise<readonly (readonly number[])[]>;
}
