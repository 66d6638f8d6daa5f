/**
 * The task of the Windows Task Scheduler ("Task Scheduler Schema", Windows documentation), and how its one line of arguments is
 * quoted ("Parsing C command-line arguments").
 */
import { Refused } from '../refused.ts';
import { madeBy, type Service } from './manager.ts';
import { xml } from './xml.ts';

/** Backslashes count as such unless a quotation mark follows them. */
export const windowsArgument = (text: string): string =>
  `"${text.replaceAll(/(\\*)"/g, String.raw`$1$1\"`).replace(/\\+$/, '$&$&')}"`;

/** Throws Refused: the Task Scheduler takes `%NAME%` for a variable wherever it stands, and knows no other way to write it. */
function assertPlain(command: readonly string[]): void {
  const wrong = command.find((one) => one.includes('%'));
  if (wrong === undefined) return;
  throw new Refused(
    'service-refused',
    `${wrong} has a %, which the Task Scheduler takes for a variable. Rename that folder or file`,
  );
}

/**
 * At boot, and every 5 minutes where it does not run: what ended is started again so, whatever its exit code. The user's rights
 * without a password kept (S4U), which is enough for a process that reaches no Windows share.
 */
export function taskText({ name, command, user }: Service): string {
  assertPlain(command);
  const [program = '', ...args] = command;
  return `<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Source>${madeBy}</Source>
    <URI>\\${xml(name)}</URI>
  </RegistrationInfo>
  <Triggers>
    <BootTrigger>
      <Enabled>true</Enabled>
      <Delay>PT30S</Delay>
    </BootTrigger>
    <TimeTrigger>
      <Repetition><Interval>PT5M</Interval></Repetition>
      <StartBoundary>2020-01-01T00:00:00</StartBoundary>
      <Enabled>true</Enabled>
    </TimeTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>${xml(user.name)}</UserId>
      <LogonType>S4U</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <RestartOnFailure><Interval>PT1M</Interval><Count>255</Count></RestartOnFailure>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <Priority>5</Priority>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>${xml(program)}</Command>
      <Arguments>${xml(args.map(windowsArgument).join(' '))}</Arguments>
    </Exec>
  </Actions>
</Task>
`;
}
