/** The changelog: what each changeset says, without hashes; of the packages of this repository only what version they are. */
module.exports = {
  default: {
    async getReleaseLine({ summary }) {
      const [first, ...rest] = summary.trim().split('\n');
      return [`- ${first}`, ...rest.map((line) => (line ? `  ${line}` : ''))].join('\n');
    },
    async getDependencyReleaseLine(_changesets, updated) {
      if (updated.length === 0) return '';
      return `- With ${updated.map(({ name, newVersion }) => `${name} ${newVersion}`).join(', ')}`;
    },
  },
};
