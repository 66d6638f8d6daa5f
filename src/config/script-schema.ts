/** `script` of a server: whether ServerSync's script stands in its files, and under which name. */
import { z } from 'zod';
import { refusedAs } from './custom-issue.ts';
import { text } from './schema-parts.ts';

/** As filemaker/ServerSync.xml names it. */
const scriptName = 'ServerSync';

/** YAML takes `yes` for text, as it does what stands in quotes: meant is no script of that name. */
const isAnswer = (name: string): boolean => /^(true|false|yes|no|on|off)$/i.test(name);

const name = text.refine(
  (entry) => !isAnswer(entry),
  refusedAs({
    code: 'config-wrong-value',
    message: 'text, which would be the name of a script',
    remedy:
      'Write true, without quotes, where the script is named ServerSync in the files of this server; its name, where it has another; or false',
  }),
);

export const script = z
  .union([z.boolean(), name])
  .default(false)
  .transform((entry) => (typeof entry === 'string' ? entry : entry ? scriptName : undefined))
  .meta({
    description:
      'True where the script of filemaker/ stands in the files of this server and is named ServerSync, so that many records are written by one request; its name, where it has another; or false',
    examples: [true, 'ServerSync apply'],
  });
