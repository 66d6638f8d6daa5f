/** A file as a write of a container is given it. */
export const smallPicture = {
  name: 'a.png',
  type: 'image/png',
  size: 3,
  open: async function* () {
    yield await Promise.resolve(Buffer.from('png'));
  },
};
