// Package main receives scans from the depots and hands them on.
package main

import (
	"log"
	"net/http"
	"os"
	"time"
)

func main() {
	client := &http.Client{Timeout: 5 * time.Second}
	handler := newHandler(client, os.Getenv("PARCELS_URL"))
	http.HandleFunc("/scan", handler.scan)
	log.Fatal(http.ListenAndServe(":8090", nil))
}
