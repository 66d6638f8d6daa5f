/** Problems that stand against deploying a configuration to AWS. */
import type { Entries } from './entry.ts';

export const configurationOnAws = {
  'config-aws-value': {
    title:
      'not the ARN of a key; not a name that a stack can have here; not an id of that kind; not a whole number of minutes, …; …',
    means: 'AWS does not take such a value.',
    do: 'Write one of the form that the message shows; copy ids and ARNs from the AWS console.',
    more: 'configuration.md',
  },
  'config-aws-address': {
    title:
      'an address of this machine, which a function on AWS cannot reach; an address within a private network, …',
    means: 'The functions run on AWS and have no way to that address.',
    do: 'Write the public address of the server, or name a VPC as `aws.vpc` that is connected with that network.',
    more: 'aws.md',
  },
  'config-aws-file': {
    title: 'not below the folder of the configuration, with which it is sent to AWS; a path with \\; …',
    means: 'A `caFile` travels with the functions, and this path cannot.',
    do: 'Put the file beside the configuration or in a folder there, and write its path from there with /.',
  },
  'config-aws-limit': {
    title:
      'N servers keep N functions at work at once, and the account may have N; N servers make N resources on AWS, …; …',
    means: 'More is asked for than AWS gives to an account, a stack, a queue or a policy.',
    do: 'Ask AWS for more (*Service Quotas*), or divide the servers among several installations.',
    more: 'aws.md',
  },
} as const satisfies Entries<string>;
