/** The prompts that are used, and no others: what is loaded as a whole is packed as a whole. */
export { checkbox, confirm, input, password, search, select } from '@inquirer/prompts';
