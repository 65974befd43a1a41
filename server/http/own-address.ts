/** Path and query of an address, as a place on this server: however it begins, a browser takes it for no other host's. */
export const ownAddress = ({ pathname, search }: URL): string =>
  pathname.replace(/^[/\\]+/, "/") + search;
