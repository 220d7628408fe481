"""Lets import-linter hold the doors of an app: what may be imported from outside is listed by name,
everything else of it is private.
"""

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class DoorsContract(Contract):
    """One app with its doors, as `.importlinter` lists them.

    A door is one module, not what lies below it. `mounted_by` may import everything: it mounts the
    addresses. `let_in` names single imports, `importer -> module`, that are no reason for a door.
    """

    app = fields.StringField()
    doors = fields.ListField(subfield=fields.StringField(), required=False)
    mounted_by = fields.ListField(subfield=fields.StringField(), required=False)
    let_in = fields.ListField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Find what is imported past the doors, and doors and imports that are there no more."""
        inside = graph.find_descendants(self.app)
        doors = {f"{self.app}.{door}" for door in self.doors or []}
        let_in = set(self.let_in or [])
        crossings = {
            f"{importer} -> {module}"
            for module in inside - doors
            for importer in graph.find_modules_that_directly_import(module)
            if importer.partition(".")[0] not in {self.app, *(self.mounted_by or [])}
        }
        problems = [f"{crossing}, which is private" for crossing in sorted(crossings - let_in)]
        problems += [f"{door} is no module" for door in sorted(doors - inside)]
        problems += [f"{pair} is let in, and nobody comes" for pair in sorted(let_in - crossings)]
        return ContractCheck(kept=not problems, metadata={"problems": problems})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print each problem on a line of its own."""
        for problem in check.metadata["problems"]:
            output.print_error(f"- {problem}", bold=False)
