# SPDX-License-Identifier: Apache-2.0
"""The question: a scenario file, its models and its checks.

A scenario is a YAML file: what is controlled, by whom, from when, under which licence policy; which
levers are pulled; which beliefs replace the priors. `load_scenario` reads and checks one.
"""

from chokegraph.scenario.assumption import Assumption as Assumption
from chokegraph.scenario.control import Cap as Cap
from chokegraph.scenario.control import Control as Control
from chokegraph.scenario.control import Licence as Licence
from chokegraph.scenario.control import Servicing as Servicing
from chokegraph.scenario.event import Event as Event
from chokegraph.scenario.law import Amendment as Amendment
from chokegraph.scenario.law import LawSetting as LawSetting
from chokegraph.scenario.levers import Levers as Levers
from chokegraph.scenario.levers import Mandate as Mandate
from chokegraph.scenario.levers import Promotion as Promotion
from chokegraph.scenario.levers import Subsidy as Subsidy
from chokegraph.scenario.licence import LicencePolicy as LicencePolicy
from chokegraph.scenario.licence import load_licence_policies as load_licence_policies
from chokegraph.scenario.model import Baseline as Baseline
from chokegraph.scenario.model import Scenario as Scenario
from chokegraph.scenario.reading import load_scenario as load_scenario
from chokegraph.scenario.reading import parse_scenario as parse_scenario
from chokegraph.scenario.selector import Selector as Selector
