/** Where one sees how a channel comes in that was asked for. */
export const addingAddress = (channel: string): string =>
  `/channels/add?${new URLSearchParams({ channel }).toString()}`;
