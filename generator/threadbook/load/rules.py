"""The rules of loading: what one file alone can get wrong."""

from threadbook.findings import Rule, Severity

ERROR = Severity.ERROR
WARNING = Severity.WARNING

MISSING_FILE = Rule("TB001", ERROR, "A file that every knowledge base needs is missing.")
UNREADABLE = Rule("TB002", ERROR, "The file cannot be read.")
TOO_LARGE = Rule("TB003", ERROR, "The file is larger than the configured limit.")
NOT_UTF8 = Rule("TB004", ERROR, "The file is not UTF-8 text.")
SYMLINK = Rule("TB005", ERROR, "A link in the content folder leads out of it, or to a folder.")
MISPLACED = Rule("TB006", ERROR, "The file lies where no thread, path or site file is looked for.")
NOT_READ = Rule("TB007", WARNING, "The file's name ends in something Threadbook does not read.")

SYNTAX = Rule("TB010", ERROR, "The file is not valid YAML.")
DUPLICATE_KEY = Rule("TB011", ERROR, "A mapping says the same key twice; YAML keeps only one.")
ALIASES = Rule("TB012", ERROR, "Aliases (`*name`) repeat content until it grows without end.")
NESTING = Rule("TB013", ERROR, "Lists and mappings are nested deeper than any field is.")
TAG = Rule("TB014", ERROR, "A YAML feature that content does not need: tags and merge keys.")
SEVERAL_DOCUMENTS = Rule("TB015", ERROR, "A file holds exactly one YAML document.")

UNKNOWN_FIELD = Rule("TB101", ERROR, "A field that does not exist would be ignored silently.")
MISSING_FIELD = Rule("TB102", ERROR, "A required field is missing.")
WRONG_KIND = Rule("TB103", ERROR, "A value of another kind is expected here.")
AMBIGUOUS = Rule("TB104", ERROR, "YAML reads this as something other than the text it looks like.")
BAD_VALUE = Rule("TB105", ERROR, "The value has the right kind but is not allowed.")
BAD_ID = Rule("TB106", ERROR, "An id is a lower-case slug, because it becomes a web address.")
SAME_ID = Rule("TB107", ERROR, "Two things of one kind share an id.")
BODY_NESTING = Rule("TB108", ERROR, "Markdown or HTML is nested deeper than a page can show.")
