/** Why a record is not on a server as it should be, in words: the same at the command line and in the console. */
export const findingWords = {
  'not-read': 'entered there, and its stamp does not show it',
  'only-receives': 'entered there, and that server only receives',
  behind: 'not brought there, and in no batch',
  'same-mod-id': 'changed there, though its modification count was not',
  'not-as-written': 'not as it was written there: the server may have changed it by itself',
  'gone-there': 'deleted there, which nobody has noticed yet',
  suspected: 'seems to be deleted there, and is looked for again',
} as const;
