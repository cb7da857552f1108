/** From a sample in twelve days to a billion in a second: no recording is slower or faster, and arithmetic with others overflows. */
export const isRate = (fs: number): boolean => fs >= 1e-6 && fs <= 1e9;

/** What a rate has to be, for messages. */
export const RATE = 'a number from 1e-6 to 1e9 Hz';
