import type { Setting, Settings } from '@heartllm/training/recipe';
import { type Command, InvalidArgumentError, Option } from 'commander';

/** Adds an option for every setting of a stage. None has a default here: what is not given, the recipe decides. */
export function settingOptions(command: Command, settings: Settings): Command {
  for (const [name, setting] of Object.entries(settings)) {
    const long = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    const { fromText } = setting;
    const help = `${setting.description} (${fromText ? `${setting.expected}; ` : ''}default: ${setting.default})`;
    if (!fromText) {
      command.addOption(new Option(long, help)).addOption(new Option(long.replace('--', '--no-')).hideHelp());
    } else command.addOption(new Option(`${long} <value>`, help).argParser((text) => checked(setting, fromText(text))));
  }
  return command;
}

/** Those of a command's options that are settings. */
export function givenSettings(options: Record<string, unknown>, settings: Settings): Record<string, unknown> {
  return Object.fromEntries(Object.keys(settings).flatMap((name) => (name in options ? [[name, options[name]]] : [])));
}

function checked(setting: Setting<unknown>, value: unknown): unknown {
  if (!setting.accepts(value)) throw new InvalidArgumentError(`It must be ${setting.expected}.`);
  return value;
}
