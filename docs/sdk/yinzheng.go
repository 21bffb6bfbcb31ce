// A client of 印证 in Go 1.21 or newer, with nothing but its standard library.
//
//	YZ_URL=http://127.0.0.1:8080 YZ_CLIENT=NAME YZ_SECRET=… go run yinzheng.go license.json
package main

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// Problem is an answer that is not a success; Code is stable, see schema/codes.md.
type Problem struct {
	Status int
	Code   string `json:"code"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
}

func (p *Problem) Error() string { return fmt.Sprintf("%d %s: %s %s", p.Status, p.Code, p.Title, p.Detail) }

// Client calls the service as one registered system.
type Client struct {
	URL, Name, Secret string
	token             string
	http              http.Client
}

func (c *Client) send(request *http.Request, into any) error {
	c.http.Timeout = time.Minute
	answer, err := c.http.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, 64<<20))
	if err != nil {
		return err
	}
	if answer.StatusCode >= 300 {
		problem := &Problem{}
		_ = json.Unmarshal(body, problem)
		problem.Status = answer.StatusCode
		return problem
	}
	return json.Unmarshal(body, into)
}

// Authorize gets a token for ten minutes. In production a client proves itself by private_key_jwt
// (docs/clients.md); a secret is for tests.
func (c *Client) Authorize() error {
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {c.Name}, "client_secret": {c.Secret}}
	request, err := http.NewRequest("POST", c.URL+"/oauth2/token", strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	var token struct {
		AccessToken string `json:"access_token"`
	}
	err = c.send(request, &token)
	c.token = token.AccessToken
	return err
}

// Post calls with the token, and once more with a new one when that has ended.
func (c *Client) Post(path string, value, into any, headers map[string]string) error {
	body, err := json.Marshal(value)
	if err != nil {
		return err
	}
	for attempt := 0; ; attempt++ {
		if c.token == "" {
			if err := c.Authorize(); err != nil {
				return err
			}
		}
		request, err := http.NewRequest("POST", c.URL+path, bytes.NewReader(body))
		if err != nil {
			return err
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Authorization", "Bearer "+c.token)
		for name, text := range headers {
			request.Header.Set(name, text)
		}
		err = c.send(request, into)
		var problem *Problem
		if attempt == 0 && errors.As(err, &problem) && problem.Status == 401 {
			c.token = ""
			continue
		}
		return err
	}
}

// Issue issues a license. The same key never issues twice, so repeat a request that failed under
// the same one.
func (c *Client) Issue(license json.RawMessage, key string) (id string, err error) {
	var issued struct{ ID string }
	err = c.Post("/v1/licenses", license, &issued, map[string]string{"Idempotency-Key": key})
	return issued.ID, err
}

// Verify says whether a license is genuine and valid: the outcome, never the status.
func (c *Client) Verify(id string) (outcome string, err error) {
	var answer struct{ Outcome string }
	err = c.Post("/v1/verifications", map[string]string{"license_id": id}, &answer, nil)
	return answer.Outcome, err
}

// Status says how a license stands in the register.
func (c *Client) Status(id string) (state string, err error) {
	var answer struct{ Data struct{ State string } }
	asked := map[string]any{"data": map[string]string{"license_id": id}}
	err = c.Post("/compat/status", asked, &answer, nil)
	return answer.Data.State, err
}

func main() {
	must := func(err error) {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	c := &Client{URL: strings.TrimRight(os.Getenv("YZ_URL"), "/"), Name: os.Getenv("YZ_CLIENT"), Secret: os.Getenv("YZ_SECRET")}
	license, err := os.ReadFile(os.Args[1])
	must(err)
	key := make([]byte, 16)
	_, err = rand.Read(key)
	must(err)
	id, err := c.Issue(license, hex.EncodeToString(key))
	must(err)
	fmt.Println("issued", id)
	outcome, err := c.Verify(id)
	must(err)
	fmt.Println("outcome", outcome)
	state, err := c.Status(id)
	must(err)
	fmt.Println("state", state)
	var problem *Problem
	if _, err = c.Status("00000000-0000-7000-8000-000000000000"); errors.As(err, &problem) {
		fmt.Println("unknown", problem.Status)
	}
}
