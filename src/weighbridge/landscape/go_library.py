"""Which values of Go's outside types may be of a type of this repository: only then can a method of theirs be ours.

Go states the type of everything. What a package from outside makes, hands out or keeps in its fields is of its own types;
a value of ours is behind one only where that type is an interface, or is handed through by generic code. The
standard library's interfaces are known by name. Of other packages nothing says which of their types are interfaces; a
type that is written to be used as one imports the package, or one beside it, nearly always. What its `New…` makes is its own.
"""

import re
from collections.abc import Iterable
from typing import Final

_HEAD: Final = re.compile(r"[(\[]")

_FORGES: Final = ("github.com/", "gitlab.com/", "bitbucket.org/", "golang.org/")

_PATHS: Final = """archive bufio bytes cmp compress container context crypto database debug embed encoding errors expvar flag fmt go hash
    html image index io iter log maps math mime net os path plugin reflect regexp runtime slices sort strconv strings
    structs sync syscall testing text time unicode unique unsafe weak"""
_STANDARD: Final = frozenset(_PATHS.split())
"""The first parts of the paths of the standard library's packages (Go 1.24)."""

_HANDING_ON: Final = ("cmp.", "iter.", "maps.", "slices.", "sync.OnceValue", "sync/atomic.Pointer", "unique.", "weak.")
"""Generic code of the standard library, whose results are of the types that it is given."""

_INTERFACES: Final = {
    "compress/flate": "Reader Resetter",
    "compress/zlib": "Resetter",
    "container/heap": "Interface",
    "context": "Context",
    "crypto": "Decrypter Signer SignerOpts",
    "crypto/cipher": "AEAD Block BlockMode Stream",
    "crypto/elliptic": "Curve",
    "crypto/tls": "ClientSessionCache",
    "database/sql": "Result Scanner",
    "database/sql/driver": """ColumnConverter Conn ConnBeginTx ConnPrepareContext Connector Driver DriverContext Execer
        ExecerContext NamedValueChecker Pinger Queryer QueryerContext Result Rows RowsColumnTypeDatabaseTypeName
        RowsColumnTypeLength RowsColumnTypeNullable RowsColumnTypePrecisionScale RowsColumnTypeScanType RowsNextResultSet
        SessionResetter Stmt StmtExecContext StmtQueryContext Tx Validator ValueConverter Valuer""",
    "encoding": "BinaryAppender BinaryMarshaler BinaryUnmarshaler TextAppender TextMarshaler TextUnmarshaler",
    "encoding/binary": "AppendByteOrder ByteOrder",
    "encoding/gob": "GobDecoder GobEncoder",
    "encoding/json": "Marshaler Unmarshaler",
    "encoding/xml": "Marshaler MarshalerAttr TokenReader Unmarshaler UnmarshalerAttr",
    "expvar": "Var",
    "flag": "Getter Value",
    "fmt": "Formatter GoStringer ScanState Scanner State Stringer",
    "go/ast": "Decl Expr Node Spec Stmt Visitor",
    "go/types": "Importer ImporterFrom Object Sizes Type",
    "hash": "Cloner Hash Hash32 Hash64 XOF",
    "image": "Image PalettedImage RGBA64Image",
    "image/color": "Color Model",
    "image/draw": "Drawer Image Quantizer RGBA64Image",
    "image/png": "EncoderBufferPool",
    "io": """ByteReader ByteScanner ByteWriter Closer ReadCloser ReadSeekCloser ReadSeeker ReadWriteCloser ReadWriteSeeker
        ReadWriter Reader ReaderAt ReaderFrom RuneReader RuneScanner Seeker StringWriter WriteCloser WriteSeeker Writer
        WriterAt WriterTo""",
    "io/fs": "DirEntry FS File FileInfo GlobFS ReadDirFS ReadDirFile ReadFileFS ReadLinkFS StatFS SubFS",
    "log/slog": "Handler Leveler LogValuer",
    "math/rand": "Source Source64",
    "math/rand/v2": "Source",
    "mime/multipart": "File",
    "net": "Addr Conn Error Listener PacketConn",
    "net/http": "CloseNotifier CookieJar File FileSystem Flusher Handler Hijacker Pusher ResponseWriter RoundTripper",
    "net/http/cookiejar": "PublicSuffixList",
    "net/http/httputil": "BufferPool",
    "net/rpc": "ClientCodec ServerCodec",
    "net/smtp": "Auth",
    "os": "DirEntry FileInfo Signal",
    "runtime": "Error",
    "sort": "Interface",
    "sync": "Locker",
    "syscall": "Conn RawConn",
    "testing": "TB",
    "testing/quick": "Generator",
}
"""The interfaces of the standard library (Go 1.19, and what 1.24 has besides), those left out that only it can implement."""


def may_be_ours(name: str, imported: Iterable[str]) -> bool:
    """Whether an outside value of this name may be of a type of ours whose files import the modules `imported`.

    `sync.Pool()` is one that was declared or made as such, `os.Open()[]` one of what a call gave, `net/http.Request().URL` a field.
    """
    head = _HEAD.split(name, 1)[0]
    folders, slash, last = head.rpartition("/")
    package, _, member = last.partition(".")
    is_of_type = not name[len(head) :].strip("()[]")
    if (folders or package).partition("/")[0] not in _STANDARD:
        is_made = is_of_type and head.rpartition(".")[2].startswith("New")
        return not is_made and any(head.startswith(_around(module)) for module in imported)
    if head.startswith(_HANDING_ON):
        return True
    return is_of_type and member in _INTERFACES.get(f"{folders}{slash}{package}", "").split()


def _around(path: str) -> str:
    """The repository that a package comes from, as far as the path tells: its first two parts, of a forge's the first three."""
    return "/".join(path.split("/")[: 3 if path.startswith(_FORGES) else 2])
