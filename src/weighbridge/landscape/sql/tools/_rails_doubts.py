"""Whether a call in a migration of Rails may do something to a database that nobody here knows.

A method that a migration does not have is sent to the connection; a class of the application may do anything; rows of a class
that is asked for them, and Ruby's own classes, are values.
"""

from typing import Final

from weighbridge.facts.calls.forms import Call, Name, called
from weighbridge.landscape.sql.bound_names import Names
from weighbridge.landscape.sql.tools._rails_rows import Models

_ASIDE: Final = frozenset(
    [
        "say", "say_with_time", "puts", "p", "pp", "print", "raise", "require", "require_relative", "return", "include", "extend", "attr_accessor",
        "reset_column_information", "reversible", "up_only", "up", "down", "transaction", "suppress_messages", "safety_assured", "quote",
        "quote_table_name", "quote_column_name", "quoted_true", "quoted_false", "adapter_name", "lambda", "proc", "loop", "format", "sprintf",
        "rand", "sleep", "catch", "throw", "block_given?", "yield", "binding", "warn", "connection", "connection_pool", "supports_json?",
        "private", "public", "protected", "freeze", "super", "new", "begin", "abort", "exit", "fail", "Integer", "String", "Array", "Float",
        "BigDecimal", "Rational", "tables", "table_exists?", "columns", "indexes", "foreign_keys", "index_name", "index_name_for_keys", "primary_key",
        "current_database", "database_version", "native_database_types", "add_transaction_record", "with_lock_retries", "disable_statement_timeout",
        "private_constant", "then", "tap", "gets", "caller", "attr_reader", "assert", "fk_name", "t", "l", "copy", "version", "current_version",
        "next", "break", "redo", "retry", "not", "and", "or", "defined?", "puts_", "write", "announce", "view_exists?", "data_sources", "views",
        "sanitize_sql", "sanitize_sql_array", "sanitize", "sanitize_sql_for_conditions", "schema_migration", "lease_connection", "with_connection",
        "without_sql_logging", "use_transaction?", "method",
    ]
)  # fmt: skip
_READS: Final = frozenset(
    [
        "where", "not", "find", "find_by", "find_by!", "find_each", "find_in_batches", "in_batches", "all", "each", "pluck", "pick", "select",
        "joins", "left_joins", "left_outer_joins", "includes", "preload", "eager_load", "references", "group", "having", "order", "reorder", "limit", "offset", "first", "last",
        "first!", "take", "count", "sum", "minimum", "maximum", "average", "exists?", "any?", "none?", "empty?", "ids", "distinct", "unscoped", "scoped", "merge",
        "or", "new", "reset_column_information", "column_names", "columns", "columns_hash", "table_name", "primary_key", "connection", "transaction",
        "table_exists?", "column_exists?", "quoted_table_name", "arel_table", "from", "lock", "readonly", "unscope", "none", "to_sql", "size", "length",
        "find_or_initialize_by", "attribute_names", "inheritance_column=", "table_name=", "record_timestamps=", "descendants", "name", "constants", "const_get",
        "map", "index_by", "group_by", "to_a", "with_connection", "lease_connection", "sanitize_sql", "find_by_sql", "find_by_id", "extending",
        "human_attribute_name", "klass", "t", "now", "current", "today", "logger", "configurations", "connection_db_config", "rewhere", "with_deleted", "with_discarded",
        "cache", "uncached", "silence", "without_timeout", "say", "quote", "quote_table_name", "quote_column_name", "adapter_name", "tables", "indexes", "foreign_keys",
        "views", "schema_cache", "clear!", "clear_cache!", "raw_connection", "open_transactions", "data_source_exists?", "index_exists?", "select_value", "select_all", "type_map",
        "escape_string", "escape", "supports_insert_on_conflict?", "postgresql_version", "database_version", "current_database", "instance", "current_schema", "sanitize_sql_array",
        "each_with_index", "each_slice", "nil?", "present?", "blank?", "to_s", "upto", "class_eval_", "schema_search_path", "valid_type?", "query_cache", "disable_query_cache!",
        "prepared_statements", "reset_counters", "method", "instance_methods", "table_alias_length", "index_name_length", "allowed_index_name_length", "native_database_types", "collation", "charset", "base_class", "with_options", "check_version",
        "mysql?", "postgresql?", "sqlite?", "sqlserver?", "dup", "key?", "include?", "keys", "values", "is_a?", "kind_of?", "respond_to?", "instance_method", "method_defined?", "after_initialize", "proxy",
    ]
)  # fmt: skip
_PLAIN: Final = frozenset(
    [
        "File",
        "Dir",
        "Pathname",
        "IO",
        "JSON",
        "YAML",
        "CSV",
        "Time",
        "Date",
        "DateTime",
        "Hash",
        "Array",
        "Set",
        "String",
        "Integer",
        "Float",
        "Math",
        "Random",
        "SecureRandom",
        "Digest",
        "Base64",
        "OpenSSL",
        "URI",
        "Rails",
        "Logger",
        "Zlib",
        "Struct",
        "OpenStruct",
        "Kernel",
        "Process",
        "Comparable",
        "Enumerable",
        "Object",
        "Class",
        "Module",
        "Regexp",
        "Symbol",
        "Range",
        "Rational",
        "BigDecimal",
        "Benchmark",
        "ERB",
        "CGI",
        "Nokogiri",
        "Arel",
        "I18n",
        "ENV",
        "ARGV",
        "STDOUT",
        "STDERR",
        "Psych",
        "Bcrypt",
        "BCrypt",
        "Concurrent",
        "Thread",
        "Mutex",
        "GC",
        "ObjectSpace",
        "StringIO",
        "Timeout",
        "ActiveSupport",
        "ActiveRecord::Type",
        "ActiveRecord::Migrator",
        "ActiveRecord::ConnectionAdapters",
        "ActiveRecord::VERSION",
        "ActiveRecord::SchemaMigration",
        "ActiveRecord::Migration",
        "ActiveRecord::IrreversibleMigration",
        "ActiveRecord::RecordNotFound",
        "ActiveRecord::StatementInvalid",
        "Gem",
        "Etc",
        "Errno",
        "PG",
        "Mysql2",
        "ActiveModel",
        "Flipper",
        "FileUtils",
        "Mail",
        "IPAddr",
        "Marshal",
        "Unicode",
        "Oj",
        "Parallel",
        "ProgressBar",
        "RubyVM",
        "Encoding",
        "NameError",
        "StandardError",
        "ArgumentError",
    ]
)
_BASE: Final = "ActiveRecord::Base"
_WRITES_ELSEWHERE: Final = ("perform_later", "perform_async", "perform_in", "perform_now")


class RailsDoubts:
    """Answers for one migration."""

    def __init__(self, models: Models) -> None:
        self._models = models

    def why(self, call: Call, names: Names) -> str:
        """Why it is not sure that a call does nothing to the database; empty where it is."""
        said = f"what `{_short(called(call))}` does is not known here"
        if call.of is None:
            is_known = (
                call.name in _ASIDE or call.name.endswith("?") or call.name[:1] in "_@$" or not call.name.isidentifier()
            )
            return "" if is_known and call.name not in ("`",) and call.name[-1:] != "!" else said
        root = names.root(call.of, through=(), yields=_YIELDS)
        if root in ("self", "connection", "super"):
            return "" if call.name in _READS or call.name in _ASIDE or call.name.endswith("?") else said
        first = root.lstrip(":")
        if not first[:1].isupper():
            is_row = call.name.endswith("!") and not call.name.startswith(_CHANGES_VALUES) and _is_of_rows(call, names)
            return said if is_row else ""
        if (
            call.name in _READS
            or call.name.endswith("?")
            or call.name.startswith(("find_by_", "find_all_by_", "sanitize_"))
            or (call.name == "service" and first.startswith("ActiveStorage"))  # where files lie, by the settings
        ):
            return ""
        outer = "::".join(first.split("::")[:2])
        if (
            first in _PLAIN
            or outer in _PLAIN
            or (first.partition("::")[0] in _PLAIN and first.partition("::")[0] != "ActiveRecord")
        ):
            return ""
        return said if isinstance(call.of, Name) or first == _BASE or self._is_of_class(call) else ""

    def _is_of_class(self, call: Call) -> bool:
        """Whether a call is of what a class hands out that is no rows: `Service.new.call`, `Job.set(…).perform_later`."""
        if call.name in _WRITES_ELSEWHERE:
            return True
        current = call.of
        while isinstance(current, Call):
            if current.name == "new" and isinstance(current.of, Name) and not self._models.is_own(current.of.id):
                return call.name in _ACTS or call.name.endswith("!")
            current = current.of
        return False


_CHANGES_VALUES: Final = (
    "map!", "select!", "reject!", "uniq!", "sort!", "compact!", "merge!", "gsub!", "sub!", "strip!", "downcase!", "upcase!", "freeze!", "flatten!",
    "concat!", "delete!", "transform", "deep_", "symbolize", "stringify", "squish!", "slice!", "reverse!", "shuffle!", "chomp!", "tr!", "encode!",
)  # fmt: skip
_ACTS: Final = (
    "call",
    "run",
    "perform",
    "execute",
    "process",
    "migrate",
    "up",
    "down",
    "apply",
    "invoke",
    "start",
    "import",
    "sync",
    "delete",
)
_YIELDS: Final = (
    "columns",
    "tables",
    "indexes",
    "foreign_keys",
    "pluck",
    "column_names",
    "count",
    "views",
    "configurations",
    "select_value",
)


def _is_of_rows(call: Call, names: Names) -> bool:
    """Whether a call is of a row, or of something that a row has."""
    root = names.root(call.of).lstrip(":")
    return root[:1].isupper() and root.partition("::")[0] not in _PLAIN


def _short(name: str) -> str:
    return name if len(name) <= 60 else f"…{name[-58:]}"
