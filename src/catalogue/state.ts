/** What keeps the state from being used: on this machine, and that of a stack on AWS. */
import type { SecretCode } from '../composition/accounts.ts';
import type { AwsStateCode } from '../state/aws/state-error.ts';
import type { StateFileErrorCode } from '../state/local/state-file-error.ts';
import type { Entries, Family } from './entry.ts';

const here: Entries<Exclude<StateFileErrorCode, AwsStateCode> | 'disk-failed'> = {
  'state-in-use': {
    title: 'another process works with the state in DIRECTORY',
    means:
      'One process at a time changes a state. `run --watch`, perhaps as a service, or another command has it.',
    do: 'Wait for its end, or stop it (`serversync service stop`). `status`, `attention`, `pause` and `resume` work beside it.',
  },
  'state-newer-version': {
    title: 'FILE: its format has version N, and this program knows versions up to N',
    means: 'A later version worked with this state, and this one would not understand what it put there.',
    do: 'Install that version again. A state cannot go back.',
  },
  'state-older-version': {
    title: 'FILE: written by an earlier version of ServerSync',
    means: 'It is read only here, and a command that only looks brings nothing up to date.',
    do: 'Run `serversync run --once` with this version first.',
  },
  'state-not-ours': {
    title:
      'FILE: not a file of ServerSync, or damaged; a SQLite file of another program …; the lock file is not one of ServerSync',
    means:
      'Another program made that file, or it was cut off, as by a full disk or a copy made while a run was at work.',
    do: 'Look at `--state`. If it is damaged, put the latest copy of the folder in its place; without one, move the folder away: the next run reads everything and compares, as on the first day.',
    more: '../README.md#where-the-state-lies',
  },
  'state-inaccessible': {
    title: 'FILE: cannot be opened or created (CODE)',
    means: 'The operating system does not let this user into the folder of the state, or it is no folder.',
    do: 'Give the user who runs the sync rights to that folder, or name another one with `--state`.',
  },
  'state-other-folder': {
    title: 'FOLDER: holds the files of the state in DIRECTORY',
    means:
      'Two states name one folder for files of containers (`containers: folder`). Each removes from it what nothing of its own needs any more, so one would lose the files of the other.',
    do: 'Give each its own folder, or leave `folder` out: then files lie beside the state. If the other state is a copy that nobody works with, remove it.',
    more: 'containers.md',
  },
  'disk-failed': {
    title: 'the disk that holds the state is full …, or cannot be read or written',
    means: 'What was done until then is kept.',
    do: 'Make room, or see to the disk, and run it again.',
  },
};

const stack: Entries<Exclude<AwsStateCode, 'value-missing'>> = {
  'state-missing': {
    title: 'there is no state here yet; or on AWS: it does not exist in this account and region',
    means: 'Nothing has been synced from here, or the name, the account or the region is another.',
    do: 'On this machine run `serversync run --once`, or name the folder with `--state`. On AWS look at `--stack`, `AWS_PROFILE` and `AWS_REGION`, or deploy it.',
  },
  'state-other-servers': {
    title: '… was NAME, and the configuration says NAME: by another key records are other records',
    means:
      'The key of a table, or something else by which records are known, is not what it was when this state was made. Going on would take different records for the same.',
    do: 'Put the configuration back, or follow what the message says.',
    more: 'day-two.md#changing-the-configuration-while-data-lives',
  },
  'state-busy': {
    title: '… AWS takes no more requests at this moment; AWS is out of order at this moment',
    means: 'Too many requests at once, or a trouble of AWS. Nothing is lost.',
    do: 'Nothing: a later run does what was not done. If it stays, look at the AWS Health Dashboard.',
  },
  'state-denied': {
    title: '… these credentials may not do this',
    means: 'AWS knows who asks, and does not allow it.',
    do: 'Use the credentials of an operator of the stack, or let the role do what is listed there.',
    more: 'security.md',
  },
  'state-unauthenticated': {
    title: '… no valid AWS credentials',
    means: 'There are none on this machine, or their time is over.',
    do: 'Log in anew (`aws sso login`, `aws configure`), or set `AWS_PROFILE` and `AWS_REGION`.',
  },
  'state-unreachable': {
    title: '… AWS could not be reached',
    means: 'The network between here and AWS failed. Nothing is lost.',
    do: 'Look at the network of this machine; within a VPC at its endpoints and the way out.',
  },
  'state-refused': {
    title: '… AWS found the request wrong',
    means: 'This should not happen: most often versions of the stack and of this machine differ.',
    do: 'Use the version here that was deployed, and report it if it stays.',
  },
  'state-other-installation': {
    title: 'it belongs to the installation NAME, not to NAME',
    means:
      'The tables were made for a stack of another name, or with other addresses than the configuration has.',
    do: 'Name the right stack with `--stack`, or the configuration that was deployed with `--config`.',
  },
  'state-older': {
    title:
      'it was written by an earlier version of serversync; its format is version N, and this program reads from N on',
    means: 'The stack that is deployed is older than what asks it.',
    do: 'Deploy this version, or use the one that was deployed.',
  },
  'state-newer': {
    title: 'its format is version N, and this program knows N',
    means: 'The stack was deployed by a later version.',
    do: 'Install that version here.',
  },
};

const secrets: Entries<SecretCode> = {
  'secret-missing': {
    title: 'secret NAME of server SERVER does not exist, or may not be read',
    means: 'There is no account for that server in AWS Secrets Manager, or it was deleted.',
    do: '`serversync secrets set SERVER --stack NAME` stores it. One that was deleted can be restored in the AWS console for some days.',
    more: 'aws.md',
  },
  'secret-denied': {
    title: 'secret NAME of server SERVER does not exist, or may not be read',
    means:
      'AWS does not let this role read it. A secret that does not exist mostly looks the same, since its full name is not known.',
    do: 'Store it: `serversync secrets set SERVER --stack NAME`. If it is there, look whether it lies under another beginning than `aws.secrets`, or is encrypted with a key that the role may not use.',
    more: 'security.md',
  },
  'secret-invalid': {
    title: 'secret NAME of server SERVER is not of the form {"username": "…", "password": "…"}',
    means: 'It was written by hand in another form. Its value is never shown.',
    do: '`serversync secrets set SERVER --stack NAME` writes it anew.',
  },
};

export const stateHere: Family = {
  heading: 'On this machine: the state',
  seen: 'As the last line of a command that could not begin, or as `code` of `--json`.',
  prefix: '',
  entries: here,
};

export const stateOnAws: Family = {
  heading: 'The state, there or on AWS',
  seen: 'As the last line of a command, mostly with `--stack`, and as `error.code` in the logs of the functions.',
  prefix: '',
  entries: { ...stack, ...secrets },
};
