import { Command } from "commander";
import { dashboardCommand } from "./dashboard";
import { networkCommand } from "./network";
import { pipelineCommand } from "./pipeline";
import { sparkCommand } from "./spark";
import { synthCommand } from "./synth";

/** `npm run bench -- <what>`: measures what the README says about speed. One file for each subcommand. */
const program = new Command("bench")
  .description("measures what the README says about speed")
  .addCommand(synthCommand())
  .addCommand(networkCommand())
  .addCommand(pipelineCommand())
  .addCommand(dashboardCommand())
  .addCommand(sparkCommand());

program.parseAsync();
