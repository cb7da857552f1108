import type { Reporter, TestModule } from 'vitest/node';

/** Prints, once and at the end, each backend that was skipped, by the names that eachBackend gives its groups. */
export default class SkipReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped = new Set<string>();
    for (const module of modules) {
      for (const suite of module.children.allSuites()) {
        if (suite.name.startsWith('SKIPPED ')) skipped.add(suite.name);
      }
    }
    for (const line of skipped) console.log(line);
  }
}
