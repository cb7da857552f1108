/**
 * Version of what a code means, kept beside every stored sequence of codes: how a signal is z-scored, the order of every
 * sum, how levels are numbered (level of the first dimension + 6 times that of the second ...). It changes when the same
 * weights and samples give other codes, and never silently: whoever reads codes of another format refuses them.
 */
export const CODE_FORMAT = 1;
