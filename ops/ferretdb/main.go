// A FerretDB that is built from its published module. FerretDB's own command refuses to start when it is built
// this way; this one takes the flags of it that are needed here, so that either can be started in the same way.
package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	address := flag.String("listen-addr", "127.0.0.1:27017", "TCP address to listen on; empty for none")
	socket := flag.String("listen-unix", "", "Unix socket to listen on")
	handler := flag.String("handler", "sqlite", "sqlite or postgresql")
	sqliteURL := flag.String("sqlite-url", "file:data/", "folder of SQLite's files, as a URL")
	postgresURL := flag.String("postgresql-url", "", "URL of a PostgreSQL database")
	level := flag.String("log-level", "warn", "debug, info, warn or error")
	showVersion := flag.Bool("version", false, "print the version")
	// An embedded FerretDB reports to nobody, keeps no state of its own and opens no debug port: these say so.
	flag.String("telemetry", "disable", "always disabled")
	flag.String("state-dir", "-", "always none")
	flag.String("debug-addr", "-", "always none")
	flag.Parse()

	if *showVersion {
		fmt.Println(version())
		return
	}
	if err := run(ferretdb.ListenerConfig{TCP: *address, Unix: *socket}, *handler, *sqliteURL, *postgresURL, *level); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(listener ferretdb.ListenerConfig, handler, sqliteURL, postgresURL, level string) error {
	var least slog.Level
	if err := least.UnmarshalText([]byte(level)); err != nil {
		return err
	}
	db, err := ferretdb.New(&ferretdb.Config{
		Listener:      listener,
		Logger:        slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: least})),
		Handler:       handler,
		SQLiteURL:     sqliteURL,
		PostgreSQLURL: postgresURL,
	})
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	return db.Run(ctx)
}

func version() string {
	info, _ := debug.ReadBuildInfo()
	for _, module := range info.Deps {
		if module.Path == "github.com/FerretDB/FerretDB" {
			return module.Version
		}
	}
	return "unknown"
}
