"""A small landscape for tests, made by hand: 24 trials, downloaded on 4 October 2022."""

from evidence.landscape import Landscape


def landscape(key="example-list", **values) -> Landscape:
    """A valid document; name only what matters. Sums of views A, B, D and F must stay at ``trials``."""
    return Landscape.model_validate(
        {
            "key": key,
            "title": "Trials of example cells",
            "scope": "trials that name example cells",
            "query": "example cells OR sample cells",
            "downloaded": "2022-10-04",
            "file_format": "classic-csv",
            "trials": 24,
            "early_phase_1": 1,
            "phase_empty": 2,
            "years": [
                {"name": "2020", "by_phase": [2, 3, 1, 0, 1, 0, 1]},
                {"name": "2021", "by_phase": [2, 2, 1, 0, 0, 0, 0]},
                {"name": "2022", "by_phase": [3, 2, 1, 0, 1, 0, 0]},
                {"name": "2024", "by_phase": [0, 1, 0, 0, 0, 0, 0]},
                {"name": "", "by_phase": [0, 0, 1, 0, 0, 0, 2]},
            ],
            "statuses": [
                {"name": "COMPLETED", "by_phase": [4, 3, 1, 0, 1, 0, 1]},
                {"name": "RECRUITING", "by_phase": [2, 3, 2, 0, 1, 0, 1]},
                {"name": "UNKNOWN", "by_phase": [1, 2, 1, 0, 0, 0, 1]},
            ],
            "countries": {
                "by_country": [
                    {"iso3": "USA", "name": "United States", "trials": 12},
                    {"iso3": "FRA", "name": "France", "trials": 2},
                    {"iso3": "SGP", "name": "Singapore", "trials": 1},
                ],
                "without": 4,
                "in_several": 1,
            },
            "sponsors": [
                {"name": "INDUSTRY", "trials": 8},
                {"name": "OTHER", "trials": 14},
                {"name": "NIH", "trials": 2},
            ],
            "any_industry": 11,
            "conditions": [
                {"name": "Knee osteoarthritis", "by_phase": [3, 3, 2, 0, 1, 0, 0]},
                {"name": "Lupus", "by_phase": [2, 1, 0, 0, 0, 0, 1]},
                {"name": "All other conditions", "by_phase": [2, 4, 2, 0, 1, 0, 3]},
            ],
            "flows": [
                {"condition": "Knee osteoarthritis", "cells": "fat", "phase": "1", "trials": 6},
                {"condition": "Knee osteoarthritis", "cells": "fat", "phase": "3", "trials": 2},
                {"condition": "Lupus", "cells": "umbilical-cord", "phase": "2", "trials": 4},
                {"condition": "Lupus", "cells": "not-stated", "phase": "1/2", "trials": 3},
                {"condition": "All other conditions", "cells": "bone-marrow", "phase": "none", "trials": 3},
                {"condition": "All other conditions", "cells": "not-stated", "phase": "1", "trials": 6},
            ],
            "prepared_by": "a test",
            **values,
        }
    )
