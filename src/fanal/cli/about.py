"""`fanal about`: from connections to a calibrated place; one module a command."""

from __future__ import annotations

import typer

from fanal.cli import (
    about_calibrate,
    about_days,
    about_estimate,
    about_ip,
    about_publish,
    about_report,
    about_sample,
    about_serve,
    about_simulate,
    about_token,
    about_train,
    about_update,
)

app = typer.Typer(
    name="about",
    help="From a platform's connection records to where accounts connect from, with how sure.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

COMMANDS = (
    about_sample.sample,
    about_days.days,
    about_estimate.estimate,
    about_simulate.simulate,
    about_train.train,
    about_calibrate.calibrate,
    about_report.report,
    about_ip.ip,
    about_update.update,
    about_update.forget,
    about_publish.publish,
    about_serve.serve,
    about_token.token,
)

for command in COMMANDS:
    app.command(no_args_is_help=command is not about_ip.ip)(command)
