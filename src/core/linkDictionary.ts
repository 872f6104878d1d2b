export const DICTIONARIES: Readonly<Record<number, string>> = {1: ''};
